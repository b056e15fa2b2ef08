FROM node:22
WORKDIR /app
COPY package.json package-lock.json ./
COPY --chmod=755 entrypoint.sh ./
RUN npm ci
COPY . .
