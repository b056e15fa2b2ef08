FROM node:20
WORKDIR /app
COPY . .
RUN npm install
ENV NODE_ENV=production
RUN npm run build
CMD ["node", "dist/index.js"]
