FROM node:20-bookworm
RUN apt-get update && apt-get install -y python3 make g++
WORKDIR /app
COPY . .
RUN npm ci
CMD ["npm", "start"]
