FROM node:20
RUN apt-get update && apt-get install -y nginx
WORKDIR /app
COPY . .
RUN npm ci && npm run build
RUN echo "server { listen 80; root /app/dist; }" > /etc/nginx/sites-available/default
CMD ["nginx", "-g", "daemon off;"]
