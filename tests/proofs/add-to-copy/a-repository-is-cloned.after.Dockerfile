FROM debian:12
COPY git@example.com:a/b.git /app/
