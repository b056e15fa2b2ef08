FROM debian:bookworm-slim
ARG BASE=x
ARG VERSION=$BASE
ARG BASE=y
RUN apt-get update && apt-get install -y curl
