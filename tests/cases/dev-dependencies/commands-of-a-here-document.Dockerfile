# syntax=docker/dockerfile:1
FROM node:20-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY index.js ./
RUN <<EOF
mkdir -p logs
chown node logs
EOF
CMD ["node", "index.js"]
