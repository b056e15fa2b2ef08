FROM alpine:3.20
HEALTHCHECK CMD wget -q localhost || exit 1
