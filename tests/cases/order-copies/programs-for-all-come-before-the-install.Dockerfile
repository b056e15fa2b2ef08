FROM node:22
WORKDIR /app
COPY . .
RUN npm install -g pnpm@9 && pnpm install --frozen-lockfile && npm cache clean --force
