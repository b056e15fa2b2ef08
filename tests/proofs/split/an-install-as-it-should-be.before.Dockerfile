FROM node:20-bookworm
RUN apt-get update && apt-get install -y tini
WORKDIR /app
COPY . .
RUN npm ci
CMD ["tini", "node", "a.js"]
