FROM debian:12
COPY src /app/
