FROM debian:12
COPY . /data/app
RUN chown -R app:app /data/app
