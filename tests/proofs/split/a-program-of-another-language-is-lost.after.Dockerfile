FROM node:20 AS build
RUN apt-get update && apt-get install -y golang
WORKDIR /app
COPY . .
RUN go build -o /usr/local/bin/resize ./resize
RUN npm install

FROM node:20-slim
COPY --from=build /app /app
WORKDIR /app
CMD ["node", "server.js"]
