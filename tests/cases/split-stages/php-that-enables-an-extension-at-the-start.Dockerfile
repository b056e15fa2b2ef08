FROM php:8.2-cli
COPY . /app
ENTRYPOINT ["/app/entry.sh"]
