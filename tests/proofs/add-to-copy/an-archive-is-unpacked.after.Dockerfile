FROM debian:12
COPY files.tar /app/
