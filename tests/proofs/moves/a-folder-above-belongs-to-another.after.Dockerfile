FROM debian:12
COPY --chown=www-data a /data/a
RUN apt-get update
COPY b /data/b
