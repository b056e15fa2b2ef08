FROM node:22 AS a
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
COPY . .
CMD ["node", "server.js"]

FROM node:22 AS b
ENV NODE_ENV=production
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
CMD ["node", "server.js"]

FROM node:22 AS c
WORKDIR /app
COPY package.json package-lock.json ./
RUN NODE_ENV=production npm ci
RUN npm install --include=dev
RUN npm install -g serve
RUN npm install express
CMD ["node", "server.js"]
