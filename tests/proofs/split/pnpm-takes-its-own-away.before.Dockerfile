FROM node:20
RUN npm install -g pnpm && npm cache clean --force
WORKDIR /app
COPY . .
RUN pnpm install --frozen-lockfile
RUN pnpm build
CMD ["node", "dist/index.js"]
