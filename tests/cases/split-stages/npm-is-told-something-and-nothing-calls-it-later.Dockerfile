FROM node:20
WORKDIR /app
RUN npm config set script-shell /bin/bash
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
COPY server.js .
CMD ["node", "server.js"]
