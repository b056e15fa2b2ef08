FROM alpine:3.20
RUN apk add --repository http://x/testing watchman bash
