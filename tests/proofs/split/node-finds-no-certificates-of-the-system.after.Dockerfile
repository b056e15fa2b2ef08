FROM node:20-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
COPY . .

FROM node:20-bookworm-slim
COPY --from=build /app /app
WORKDIR /app
CMD ["node", "--use-openssl-ca", "app.js"]
