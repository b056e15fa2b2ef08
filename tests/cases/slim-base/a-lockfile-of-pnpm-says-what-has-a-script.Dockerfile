FROM node:20-bookworm
WORKDIR /app
COPY package.json pnpm-lock.yaml ./
RUN npm install -g pnpm@8
RUN pnpm install --frozen-lockfile
COPY . .
CMD ["node", "index.js"]
