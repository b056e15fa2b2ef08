FROM node:22
WORKDIR /app
ENV PATH=/app/node_modules/.bin:$PATH
COPY . .
RUN npm ci
