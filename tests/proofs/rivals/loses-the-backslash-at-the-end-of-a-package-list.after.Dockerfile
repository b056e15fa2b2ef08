FROM alpine:3.20
RUN apk add curl python3
 && pip install tool
