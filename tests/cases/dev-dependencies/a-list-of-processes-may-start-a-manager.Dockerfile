FROM node:22-slim
WORKDIR /app
COPY . .
RUN npm ci
CMD ["pm2-runtime", "ecosystem.config.js"]
