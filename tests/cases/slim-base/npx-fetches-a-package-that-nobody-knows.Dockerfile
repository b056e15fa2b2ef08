FROM node:20-bookworm
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npx corp-tool
CMD ["npx", "serve", "-s", "build"]
