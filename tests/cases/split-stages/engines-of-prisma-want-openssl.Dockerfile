FROM node:20-bookworm
WORKDIR /app
COPY . .
RUN npm install && npx tsc
CMD ["node", "dist/server.js"]
