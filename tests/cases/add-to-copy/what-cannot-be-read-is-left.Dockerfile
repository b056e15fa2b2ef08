FROM debian:12
ADD a /app/
