FROM node:20
WORKDIR /app
COPY . .
RUN npm install
RUN npx tsc
CMD ["node", "dist/index.js"]
