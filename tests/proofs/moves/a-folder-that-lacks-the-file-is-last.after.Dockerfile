FROM python:3.12
WORKDIR /app
COPY prod/settings.py ./
RUN apt-get update
COPY src public ./
