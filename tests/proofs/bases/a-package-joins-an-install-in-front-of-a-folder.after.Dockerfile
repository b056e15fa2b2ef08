FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install --no-install-recommends -y curl imagemagick libmagickcore-6.q16-6-extra && rm -rf /var/lib/apt/lists/*
WORKDIR /w
COPY . .
CMD ["python", "w.py"]
