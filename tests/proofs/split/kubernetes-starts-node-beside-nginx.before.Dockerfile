FROM node:20
RUN apt-get update && apt-get install -y nginx && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN npm ci && npm run build && cp -r dist/. /var/www/html/
CMD ["nginx", "-g", "daemon off;"]
