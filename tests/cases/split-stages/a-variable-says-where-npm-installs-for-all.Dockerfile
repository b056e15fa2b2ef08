FROM node:20-bookworm
ENV NPM_CONFIG_PREFIX=/opt/npm PATH=/opt/npm/bin:$PATH
RUN npm install -g pm2
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build
CMD ["pm2-runtime", "dist/app.js"]
