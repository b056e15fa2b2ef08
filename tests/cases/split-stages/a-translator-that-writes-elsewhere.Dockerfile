FROM node:20
WORKDIR /app
COPY . .
RUN npm install
RUN npx tsc --outDir /dist
CMD ["node", "/dist/index.js"]
