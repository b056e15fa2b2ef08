FROM node:20 AS build
WORKDIR /app
RUN npm config set script-shell /bin/bash
COPY package.json package-lock.json ./
RUN npm ci --omit=dev

FROM node:20-slim
COPY --from=build /app/node_modules /app/node_modules
COPY --from=build /app/package-lock.json /app/package.json /app/
WORKDIR /app
COPY server.js .
CMD ["npm", "start"]
