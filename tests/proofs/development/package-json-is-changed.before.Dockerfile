FROM node:22-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN sed -i s/devDep/dep/ package.json
RUN npm ci
COPY . .
CMD ["node", "server.js"]
