FROM python:3.12
WORKDIR /app
COPY src public ./
COPY prod/settings.py ./
RUN apt-get update
