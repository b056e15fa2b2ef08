# syntax=docker/dockerfile:1
FROM debian:12
COPY . /app
RUN chmod -R u+x /app
COPY . /app
RUN chmod -R 4755 /app
COPY . /app
RUN chmod -R 750 /app
