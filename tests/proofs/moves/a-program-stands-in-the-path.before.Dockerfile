FROM node:22
WORKDIR /app
ENV PATH=./bin:$PATH
COPY . .
RUN npm ci
