FROM debian:bookworm-slim
ARG VERSION=1
RUN apt-get update
