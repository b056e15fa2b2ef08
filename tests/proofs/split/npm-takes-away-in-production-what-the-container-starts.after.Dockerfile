FROM node:20 AS build
ENV NODE_ENV=production
WORKDIR /app
COPY . .
RUN npm install --include=dev
RUN npm run build
RUN npm prune --omit=dev

FROM node:20-slim
ENV NODE_ENV=production
COPY --from=build /app /app
WORKDIR /app
CMD ["npx", "tsc", "--watch"]
