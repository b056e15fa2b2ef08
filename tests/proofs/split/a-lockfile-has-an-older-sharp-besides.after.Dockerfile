FROM node:20-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends libvips-dev python3 make g++ && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN npm install

FROM node:20-bookworm-slim
RUN apt-get update && apt-get install -y fontconfig && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app
WORKDIR /app
CMD ["node", "thumb.js"]
