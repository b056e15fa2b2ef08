FROM node:20
RUN corepack enable
WORKDIR /app
COPY . .
RUN pnpm install
CMD ["yarn", "start"]
