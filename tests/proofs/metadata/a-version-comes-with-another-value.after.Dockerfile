FROM debian:bookworm-slim
RUN apt-get update
ARG VERSION=2
