FROM alpine:3.20
WORKDIR /srv
COPY src src
COPY shard.yml ./
RUN apk update && apk add --no-cache yaml-dev
