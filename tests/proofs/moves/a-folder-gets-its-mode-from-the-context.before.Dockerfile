FROM node:22
COPY lib /data
RUN npm install -g yarn
RUN apt-get update
