FROM node:22
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=bind,target=/app/lib npm ci
COPY . .
