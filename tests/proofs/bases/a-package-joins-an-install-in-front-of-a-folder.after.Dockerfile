FROM python:3.11-slim
RUN apt-get update && apt-get install --no-install-recommends -y curl imagemagick libmagickcore-7.q16-10-extra && rm -rf /var/lib/apt/lists/*
WORKDIR /w
COPY . .
CMD ["python", "w.py"]
