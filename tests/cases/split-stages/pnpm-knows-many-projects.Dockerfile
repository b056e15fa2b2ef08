FROM node:20-slim
RUN npm install -g pnpm && npm cache clean --force
RUN apt-get update && apt-get install -y make
WORKDIR /app
COPY . .
RUN pnpm install --frozen-lockfile
RUN pnpm build
CMD ["node", "dist/index.js"]
