FROM python:3.13-slim
WORKDIR /app
COPY . .
ARG BUILD_DEPS
RUN apt-get update && apt-get install -y ${BUILD_DEPS} && pip install -r requirements.txt
