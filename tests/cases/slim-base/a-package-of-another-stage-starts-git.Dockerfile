FROM node:22 AS build
RUN apt-get update && apt-get install -y git
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .

FROM node:22
WORKDIR /app
COPY --from=build /app ./
CMD ["node", "server.js"]
