FROM debian:12
RUN server; client
