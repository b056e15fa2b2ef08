FROM alpine:3.20
RUN apk add --repository bash http://x/testing watchman
