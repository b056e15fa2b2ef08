FROM node:20 AS build
WORKDIR /app
COPY . .
RUN npm install && npm run build
RUN npm prune --omit=dev

FROM node:20-slim
COPY --from=build /app /app
WORKDIR /app
CMD ["npm", "start"]
