FROM debian:12
RUN server & sleep 5; client
