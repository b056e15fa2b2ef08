FROM node:20
WORKDIR /app
COPY . .
RUN npm ci && npm run build
USER node
EXPOSE 8080
CMD ["npx", "http-server", "build"]
