FROM python:3.11-slim-bookworm
WORKDIR /w
RUN apt-get update \
    && apt-get install --no-install-recommends -y imagemagick libmagickcore-6.q16-6-extra unzip \
    && rm -rf /var/lib/apt/lists/*
COPY . .
CMD ["python", "w.py"]
