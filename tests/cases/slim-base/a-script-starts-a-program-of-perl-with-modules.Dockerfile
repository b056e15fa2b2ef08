FROM python:3.13-bookworm
WORKDIR /app
COPY . .
CMD ["/app/entry.sh"]
