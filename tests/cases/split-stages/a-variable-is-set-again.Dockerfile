FROM node:20-bookworm
ENV NODE_ENV=development LEVEL=1
WORKDIR /app
COPY . .
RUN npm ci
RUN npm run build
ENV NODE_ENV=production
CMD ["node", "dist/server.js"]
