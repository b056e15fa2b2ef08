FROM debian:bookworm-slim
ARG BASE=1
ARG VERSION=$BASE
ARG BASE=2
RUN apt-get update
LABEL version=$VERSION
