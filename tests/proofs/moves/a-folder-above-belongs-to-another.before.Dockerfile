FROM debian:12
COPY b /data/b
COPY --chown=www-data a /data/a
RUN apt-get update
