FROM python:3.13-slim
WORKDIR /app
COPY . .
RUN BUILD_DEPS="git ./tools.deb" && apt-get update && apt-get install -y ${BUILD_DEPS} && pip install -r requirements.txt
