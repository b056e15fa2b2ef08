FROM debian:12
LABEL org.opencontainers.image.authors="Joe <joe@example.org>"
