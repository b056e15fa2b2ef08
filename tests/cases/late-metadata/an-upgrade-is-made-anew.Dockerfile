FROM alpine:3.20
ARG BUILD_DATE
RUN apk upgrade --no-cache
RUN apk add --no-cache curl
