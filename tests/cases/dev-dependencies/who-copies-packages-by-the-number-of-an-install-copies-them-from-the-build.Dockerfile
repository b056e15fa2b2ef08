FROM node:22
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci

FROM node:22
WORKDIR /app
COPY --from=0 /app/node_modules ./node_modules
COPY . .
RUN npm run build && ls dist

FROM node:22-slim
WORKDIR /app
COPY --from=0 /app/node_modules ./node_modules
COPY --from=1 /app/dist ./dist
COPY package.json ./
CMD ["npm", "start"]
