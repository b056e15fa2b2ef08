FROM node:20-bookworm AS build
RUN apt-get update && apt-get install -y tini
WORKDIR /app
COPY . .
RUN npm ci

FROM node:20-bookworm-slim
RUN apt-get install -y tini
COPY --from=build /app /app
WORKDIR /app
CMD ["tini", "node", "a.js"]
