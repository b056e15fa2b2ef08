FROM node:22
WORKDIR /app
COPY package.json package-lock.json ./
RUN sed -i s/5/4/ package.json
RUN npm ci
COPY . .
