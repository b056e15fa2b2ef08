FROM node:20
WORKDIR /site
COPY . .
RUN npm ci && npm run build
CMD ["npx", "--yes", "http-server", "public", "-p", "8000"]
