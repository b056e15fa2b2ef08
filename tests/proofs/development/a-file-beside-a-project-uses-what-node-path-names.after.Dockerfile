FROM node:22-slim
ENV NODE_PATH=/app/server/node_modules
WORKDIR /app/server
COPY server/package*.json ./
RUN npm ci --omit=dev
COPY server ./
COPY jobs /app/jobs
CMD ["node", "index.js"]
