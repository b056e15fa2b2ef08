FROM node:20
WORKDIR /app
COPY . .
RUN npm install
RUN tsc --outDir /dist
CMD ["node", "/dist/index.js"]
