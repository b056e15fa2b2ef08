FROM debian:bookworm-slim
ARG NODE_VERSION=22
ENV LANG=C.UTF-8
RUN apt-get update && apt-get install -y curl
