FROM node:22
RUN apt-get update && apt-get install -y --no-install-recommends build-essential python3 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN npm install --build-from-source
CMD ["node", "server.js"]
