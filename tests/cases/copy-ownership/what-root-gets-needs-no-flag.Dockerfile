FROM debian:12
COPY . /app
RUN chown -R root:root /app
