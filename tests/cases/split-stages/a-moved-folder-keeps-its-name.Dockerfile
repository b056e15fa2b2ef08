FROM node:20
WORKDIR /app
COPY . .
RUN npm ci && npm run build && mv dist /opt/web
CMD ["node", "server.js"]
