FROM node:22
WORKDIR /app
COPY . .
RUN npm install -g pnpm@9 && npm cache clean --force
