FROM node:20-bookworm AS build
WORKDIR /app
COPY package*.json ./
RUN npm install
COPY . .

FROM node:20-bookworm-slim
COPY --from=build /app /app
WORKDIR /app
CMD ["node", "index.js"]
