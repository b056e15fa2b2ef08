FROM node:22
RUN apt-get update && apt-get install -y nginx && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN npm ci && npm run build && npm cache clean --force && cp site.conf /etc/nginx/conf.d/
CMD ["nginx", "-g", "daemon off;"]
