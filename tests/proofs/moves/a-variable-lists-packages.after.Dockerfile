FROM python:3.13-slim
WORKDIR /app
COPY requirements.txt ./
RUN BUILD_DEPS="git" && apt-get update && apt-get install -y ${BUILD_DEPS} && pip install -r requirements.txt
COPY . .
