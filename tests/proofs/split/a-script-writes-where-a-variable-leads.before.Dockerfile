FROM node:20-bookworm
ENV DATA_DIR=/data
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && npm run seed
CMD ["node", "dist/app.js"]
