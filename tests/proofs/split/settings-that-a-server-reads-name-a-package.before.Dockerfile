FROM node:20-bookworm
WORKDIR /app
COPY . .
RUN npm ci && npm run build
CMD ["npm", "start"]
