FROM debian:12
VOLUME /app
COPY . /app
RUN chown -R app:app /app
