FROM node:22
WORKDIR /app
COPY package.json package-lock.json ./
RUN set -eux; \
    # what the lockfile says
    npm ci \
        --no-audit \
        --no-fund; \
    npm cache clean --force
COPY . .
HEALTHCHECK --interval=30s CMD curl -f http://localhost/ || exit 1
CMD ["node", "server.js"]
