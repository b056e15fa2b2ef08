FROM python:3.12-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends imagemagick ghostscript && rm -rf /var/lib/apt/lists/*
WORKDIR /work
COPY thumb.py .
CMD ["python", "thumb.py"]
