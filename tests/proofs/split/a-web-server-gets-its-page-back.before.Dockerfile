FROM node:20
RUN apt-get update && apt-get install -y nginx
WORKDIR /app
COPY package.json ./
RUN npm run build
RUN rm -f /etc/nginx/sites-enabled/default
CMD ["nginx", "-g", "daemon off;"]
