FROM debian:bookworm-slim
ARG VERSION
RUN env > /etc/build && apt-get update && apt-get install -y curl
