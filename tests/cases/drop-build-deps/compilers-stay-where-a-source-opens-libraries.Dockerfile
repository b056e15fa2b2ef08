FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
        build-essential \
        cmake \
        python3 \
        vim \
    && rm -rf /var/lib/apt/lists/*
COPY html /var/www/html
CMD ["python3", "/var/www/html/a.py"]
