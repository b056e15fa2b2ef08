FROM node:22-slim
WORKDIR /app/server
COPY server/package*.json ./
RUN npm ci --omit=dev
COPY server ./
COPY jobs /app/jobs
RUN mkdir -p /app/logs && chown node /app/logs
CMD ["node", "index.js"]
