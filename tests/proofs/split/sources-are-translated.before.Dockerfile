FROM node:20
WORKDIR /app
COPY . .
RUN npm install
RUN tsc -p .
CMD ["node", "dist/index.js"]
