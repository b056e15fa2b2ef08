FROM debian:12
WORKDIR /a
WORKDIR /b
COPY conf .
