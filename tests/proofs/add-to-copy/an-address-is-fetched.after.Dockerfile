FROM debian:12
COPY https://example.com/a /app/
