FROM debian:bookworm-slim
RUN apt-get update
ARG NODE_VERSION
