FROM node:22 AS build
WORKDIR /app
COPY . .
RUN npm install
RUN cd client && npm install && npm run build
RUN rm -rf /app/client/node_modules

FROM node:22-slim
COPY --from=build /app /app
WORKDIR /app
CMD ["node", "server.js"]
