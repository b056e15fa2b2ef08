FROM node:22 AS build
WORKDIR /app
COPY package*.json ./
RUN npm ci --build-from-source
COPY . .

FROM node:22
WORKDIR /app
COPY --from=build /app ./
CMD ["node", "server.js"]
