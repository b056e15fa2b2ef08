FROM node:20
RUN apt-get update && apt-get install -y nginx
WORKDIR /app
COPY . .
RUN npm ci && npm run build
RUN sed -i 's|root /var/www/html|root /app/dist|' /etc/nginx/sites-available/default
CMD ["nginx", "-g", "daemon off;"]
