FROM python:3.11-slim
WORKDIR /w
RUN apt-get update \
    && apt-get install --no-install-recommends -y imagemagick libmagickcore-7.q16-10-extra unzip \
    && rm -rf /var/lib/apt/lists/*
COPY . .
CMD ["python", "w.py"]
