FROM node:20-bookworm
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npx -c 'tsc && node-gyp build'
CMD ["npx", "serve", "-s", "build"]
