FROM node:22
WORKDIR /app
COPY . .
COPY --chmod=755 entrypoint.sh ./
RUN npm ci
