FROM python:3.12-slim
RUN apt-get update && apt-get install -y cmake gcc && pip install dlib
COPY . /srv
HEALTHCHECK CMD pgrep python
CMD ["python", "/srv/app.py"]
