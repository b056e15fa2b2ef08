FROM node:20-bookworm
RUN apt-get update && apt-get install -y tini
WORKDIR /app
COPY . .
RUN npm ci
USER 4711
CMD ["tini", "node", "a.js"]
