FROM python:3.13-slim-bookworm
WORKDIR /app
COPY . .
CMD ["/app/entry.sh"]
