FROM alpine:3.20
RUN apk add zsh bash && apk add --virtual tools gcc make
