FROM node:20
WORKDIR /app
COPY . .
RUN npm ci && \
    # build it
    npm run build
CMD ["node", "index.js"]
