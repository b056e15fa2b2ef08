FROM node:20-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends libvips-dev python3 make g++ && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN npm install
CMD ["node", "thumb.js"]
