FROM node:20
WORKDIR /app
COPY . .
RUN npm ci \
    # build it, as the
    # lockfile says
    && npm run build \
    && npm cache clean --force
CMD ["node", "index.js"]
