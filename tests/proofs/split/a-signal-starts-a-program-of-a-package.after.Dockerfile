FROM node:20-bookworm AS build
RUN apt-get update && apt-get install -y python3 make g++
WORKDIR /app
COPY . .
RUN npm ci
RUN npm prune --omit=dev

FROM node:20-bookworm-slim
COPY --from=build /app /app
WORKDIR /app
CMD ["npm", "start"]
