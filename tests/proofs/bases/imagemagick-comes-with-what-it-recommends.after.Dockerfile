FROM python:3.12-slim
RUN apt-get update && apt-get install -y imagemagick && rm -rf /var/lib/apt/lists/*
COPY app.py /srv/
CMD ["python", "/srv/app.py"]
