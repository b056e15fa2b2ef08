FROM python:3.13-slim
WORKDIR /app
COPY . .
RUN BUILD_DEPS="git tools.deb" && apt-get update && apt-get install -y ${BUILD_DEPS} && pip install -r requirements.txt

FROM python:3.13-slim
WORKDIR /app
COPY . .
RUN BUILD_DEPS="git ./tools.deb" && apt-get update && apt-get install -y ${BUILD_DEPS} && pip install -r requirements.txt

FROM python:3.13-slim
WORKDIR /app
COPY . .
RUN BUILD_DEPS=$(cat packages) && apt-get update && apt-get install -y ${BUILD_DEPS} && pip install -r requirements.txt

FROM python:3.13-slim
WORKDIR /app
COPY . .
RUN PATH=.:bin && apt-get update && apt-get install -y git && pip install -r requirements.txt
