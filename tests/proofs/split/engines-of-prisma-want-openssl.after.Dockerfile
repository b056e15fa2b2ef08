FROM node:20-bookworm AS build
WORKDIR /app
COPY . .
RUN npm install && npx tsc

FROM node:20-bookworm-slim
WORKDIR /app
COPY --from=build /app /app
CMD ["node", "dist/server.js"]
