FROM debian:12
ADD files.tar /app/
