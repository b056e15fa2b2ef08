FROM debian:bookworm-slim
ARG BASE=1
ARG BASE=2
RUN apt-get update
ARG VERSION=$BASE
LABEL version=$VERSION
