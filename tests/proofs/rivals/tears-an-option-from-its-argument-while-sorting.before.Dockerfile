FROM alpine:3.20
RUN apk add --repository https://mirror.example/testing watchman bash
