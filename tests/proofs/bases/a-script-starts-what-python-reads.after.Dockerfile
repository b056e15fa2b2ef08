FROM node:22-bookworm-slim
WORKDIR /app
COPY . .
CMD ["/app/entry.sh"]
