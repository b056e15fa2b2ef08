FROM node:22
WORKDIR /app
ENV PATH=./bin:$PATH
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
