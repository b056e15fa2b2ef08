FROM python:3.13-slim
WORKDIR /app
COPY . .
RUN BUILD_DEPS="build-essential git" && \
    apt-get update && \
    apt-get install -y ${BUILD_DEPS} && \
    pip install --no-cache-dir -r requirements.txt && \
    apt-get purge -y --auto-remove $BUILD_DEPS && \
    rm -rf /var/lib/apt/lists/*
