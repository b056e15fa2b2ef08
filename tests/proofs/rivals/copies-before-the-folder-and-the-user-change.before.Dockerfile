FROM debian:12
WORKDIR /a
COPY conf .
WORKDIR /b
