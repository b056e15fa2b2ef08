FROM node:20-bookworm AS build
WORKDIR /app
COPY . .
RUN npm install && npm run build

FROM node:20-bookworm-slim
COPY --from=build /app /app
WORKDIR /app
CMD ["node", "index.js"]
