FROM alpine:3.20
RUN apk add --no-cache --virtual .build gcc \
    && apk add --no-network --virtual .run libgcc \
    && apk del --no-network .build
