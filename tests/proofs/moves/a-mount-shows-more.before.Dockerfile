FROM node:22
WORKDIR /app
COPY . .
RUN --mount=type=bind,target=/app/lib npm ci
