FROM node:22-bookworm
WORKDIR /app
COPY . .
CMD ["/app/entry.sh"]
