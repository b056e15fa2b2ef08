FROM node:20 AS builder
WORKDIR /app
COPY package.json ./
RUN npm install
COPY . .
RUN npm run build

FROM node:20
WORKDIR /app
RUN npm install -g pm2 nodemon && npm cache clean --force
COPY --from=builder /app /app
ENV NODE_ENV=production
CMD ["npm", "start"]
