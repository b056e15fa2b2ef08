FROM debian:12
WORKDIR /app/app
COPY a b
