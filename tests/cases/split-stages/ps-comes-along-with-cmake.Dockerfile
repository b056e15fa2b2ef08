FROM python:3.12-slim
RUN apt-get update && apt-get install -y cmake gcc && pip install dlib
COPY app.py /srv/
CMD ["python", "/srv/app.py"]
