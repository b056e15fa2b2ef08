FROM debian:12
COPY passwd group /etc/
COPY . /app
RUN chown -R app:app /app
