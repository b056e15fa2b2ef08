FROM node:20-alpine
WORKDIR /app
COPY . .
RUN apk add --no-cache g++ make python3 && npm ci
CMD ["npm", "start"]
