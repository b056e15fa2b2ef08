FROM alpine:3.20
RUN apk add --update --virtual .build gcc \
    && apk add curl
