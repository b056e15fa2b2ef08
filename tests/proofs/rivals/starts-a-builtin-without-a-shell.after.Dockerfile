FROM alpine:3.20
ENTRYPOINT ["source", "/env"]
