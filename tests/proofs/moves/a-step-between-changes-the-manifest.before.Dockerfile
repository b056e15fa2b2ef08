FROM node:22
WORKDIR /app
COPY . .
RUN sed -i s/5/4/ package.json
RUN npm ci
