FROM debian:12
ADD a.txt /app/
ADD b.txt /app/
ADD c /app/
ADD d /app/
ADD e* /app/
