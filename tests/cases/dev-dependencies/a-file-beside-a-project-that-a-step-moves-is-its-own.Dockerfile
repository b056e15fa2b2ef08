FROM node:22-slim
WORKDIR /app/server
COPY server/package*.json ./
RUN npm ci
COPY server ./
COPY jobs /app/jobs
RUN mv /app/jobs ./plugins
CMD ["node", "index.js"]
