FROM node:20-bookworm
ENV ROOT=/srv
ENV CONFIGURATION=$ROOT/config
ENV ROOT=/srv/api
WORKDIR /app
COPY . .
RUN npm ci
RUN npm run build
CMD ["node", "dist/server.js"]
