FROM alpine:3.20
RUN apk add --repository bash https://mirror.example/testing watchman
