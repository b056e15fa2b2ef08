FROM debian:12
USER app
COPY conf /conf
