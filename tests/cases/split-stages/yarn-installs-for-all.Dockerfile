FROM node:20-bookworm
RUN yarn global add pm2
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build
CMD ["pm2-runtime", "dist/app.js"]
