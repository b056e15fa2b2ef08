FROM debian:12 AS base
RUN mkdir /app
FROM base AS empty
COPY . /app
RUN chown -R 1:1 /app
FROM base AS full
RUN touch /app/file
FROM full
COPY . /app
RUN chown -R 1:1 /app
