FROM node:20-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends chromium
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build
CMD ["node", "dist/app.js"]
