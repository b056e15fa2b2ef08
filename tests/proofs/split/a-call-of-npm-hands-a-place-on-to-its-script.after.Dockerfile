FROM node:20-bookworm AS build
WORKDIR /app
COPY . .
RUN npm install && npm run build -- --outDir /var/www/html

FROM node:20-bookworm-slim
COPY --from=build /app /app
WORKDIR /app
CMD ["node", "index.js"]
