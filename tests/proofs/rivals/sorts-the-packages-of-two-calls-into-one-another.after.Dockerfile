FROM alpine:3.20
RUN apk add bash gcc && apk add --virtual make tools zsh
