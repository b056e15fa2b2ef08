FROM node:20-bookworm AS build
RUN npm install -g pm2
WORKDIR /app
COPY . .
RUN npm install
RUN rm -rf /usr/local/bin/node /usr/local/lib/node_modules/npm

FROM node:20-bookworm-slim
RUN apt-get update && apt-get install -y procps && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/lib/node_modules /usr/local/lib/node_modules
COPY --from=build /usr/local/bin /usr/local/bin
COPY --from=build /app /app
WORKDIR /app
CMD ["pm2-runtime", "server.js"]
