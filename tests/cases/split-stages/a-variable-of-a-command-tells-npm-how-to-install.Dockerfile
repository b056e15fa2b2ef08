FROM node:20-bookworm
WORKDIR /app
COPY . .
RUN npm_config_legacy_peer_deps=true npm install && npm run build
CMD ["node", "index.js"]
