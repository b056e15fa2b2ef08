FROM node:22
COPY . /app
WORKDIR /app
ENV NODE_ENV=production
EXPOSE 80
RUN npm ci
