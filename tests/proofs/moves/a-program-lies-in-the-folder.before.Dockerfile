FROM node:22
WORKDIR /app
ENV PATH=/app/bin:$PATH
COPY . .
RUN npm ci
