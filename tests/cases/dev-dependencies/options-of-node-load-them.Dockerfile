FROM node:20-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY server.js ./
ENV NODE_OPTIONS="--require dotenv/config"
CMD ["npm", "start"]
