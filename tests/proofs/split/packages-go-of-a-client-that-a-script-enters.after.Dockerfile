FROM node:22 AS build
COPY client /app/client
COPY server /app/server
WORKDIR /app/client
RUN npm install
RUN npm run build
WORKDIR /app/server
RUN npm install
RUN rm -rf /app/client/node_modules

FROM node:22-slim
COPY --from=build /app/client /app/client
COPY --from=build /app/server /app/server
WORKDIR /app/server
CMD ["./start.sh"]
