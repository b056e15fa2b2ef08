FROM debian:12
COPY . /app
RUN chmod -R 755 /app
