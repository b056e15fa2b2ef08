FROM node:22-slim AS a
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
CMD ["npx", "jest"]

FROM node:22
WORKDIR /app
COPY . .
RUN npm ci
CMD ["npm", "run", "watch"]
