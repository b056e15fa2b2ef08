FROM debian:12
COPY src /app
WORKDIR /app
RUN apt-get update && apt-get install -y curl
