FROM node:22-slim
WORKDIR /app/server
COPY server/package*.json ./
RUN npm ci --omit=dev
COPY server ./
COPY jobs /app/jobs
RUN cat /app/jobs/daily.js > plugins.js
CMD ["node", "index.js"]
