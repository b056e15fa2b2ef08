FROM debian:12
ADD git@example.com:a/b.git /app/
