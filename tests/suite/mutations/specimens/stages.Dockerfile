# syntax=docker/dockerfile:1
ARG VERSION=1
FROM --platform=linux/amd64 golang:1.22@sha256:0123456789012345678901234567890123456789012345678901234567890123 AS build
ARG FIRST=1
ARG SECOND=$FIRST
ARG THIRD=3
ENV FOURTH=4
ENV FIFTH=$FOURTH
ENV SIXTH=6
ENV SIXTH=7
WORKDIR /src
COPY go.mod go.sum ./
COPY one.txt ./
COPY two.txt /two/
RUN go mod download
RUN go build -o /bin/server .
WORKDIR /bin
RUN strip server
USER builder
RUN ls
SHELL ["/bin/bash", "-eo", "pipefail", "-c"]
RUN ls /
ENV SEVENTH=7
RUN ls /src
ARG EIGHTH=8
RUN ls /two
VOLUME /data
ADD https://example.org/last.tar /src/
FROM scratch
COPY --from=0 --chown=1:1 --chmod=755 /bin/server /server
COPY last /last
FROM debian:12
ONBUILD RUN make
LABEL one=1
MAINTAINER Somebody
EXPOSE 80
STOPSIGNAL SIGINT
HEALTHCHECK --interval=1m CMD server --check
CMD server --quiet
SHELL ["/bin/sh", "-c"]
ENTRYPOINT ["server", "--all"]
CMD ["--loud"]
RUN ["server", "--prepare"]
RUN ls /
