FROM node:22 AS build
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
RUN npm run build
RUN npm prune --omit=dev
RUN rm -rf /app/.next/cache/webpack

FROM node:22-slim
COPY --from=build /app /app
WORKDIR /app
CMD ["npm", "start"]
