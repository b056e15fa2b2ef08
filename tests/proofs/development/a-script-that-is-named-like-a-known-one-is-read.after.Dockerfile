FROM node:22-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
COPY . .
ENTRYPOINT ["./docker-entrypoint.sh"]
CMD ["node", "server.js"]
