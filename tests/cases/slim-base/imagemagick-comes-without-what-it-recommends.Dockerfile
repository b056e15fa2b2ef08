FROM python:3.12
RUN apt-get update && apt-get install -y --no-install-recommends imagemagick && rm -rf /var/lib/apt/lists/*
COPY app.py /srv/
CMD ["python", "/srv/app.py"]
