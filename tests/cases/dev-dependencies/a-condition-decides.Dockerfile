FROM node:22
ARG DEBUG
WORKDIR /app
COPY . .
RUN if [ -n "$DEBUG" ]; then npm install; fi
RUN npm ci || npm install
CMD ["node", "server.js"]
