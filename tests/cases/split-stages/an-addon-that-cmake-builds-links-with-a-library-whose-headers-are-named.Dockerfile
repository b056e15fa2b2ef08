FROM node:22
RUN apt-get update && apt-get install -y --no-install-recommends cmake libxml2-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN npm ci
CMD ["node", "server.js"]
