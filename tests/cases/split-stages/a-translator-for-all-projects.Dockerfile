FROM node:20
WORKDIR /app
COPY . .
RUN npm install
RUN npm install -g typescript && tsc -p .
CMD ["node", "dist/index.js"]
