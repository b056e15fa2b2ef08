FROM python:3.12-slim
RUN apt-get update && apt-get install -y build-essential && pip install dlib
COPY . /srv
CMD ["python", "/srv/app.py"]
