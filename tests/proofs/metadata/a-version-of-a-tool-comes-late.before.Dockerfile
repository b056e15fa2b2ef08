FROM debian:bookworm-slim
ARG NODE_VERSION
RUN apt-get update
