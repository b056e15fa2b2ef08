FROM node:22
RUN apt-get update
COPY lib /data
RUN npm install -g yarn
