FROM node:22
WORKDIR /app
COPY . .
RUN apt-get update && apt-get install -y make
RUN npm install
CMD ["npm", "start"]
