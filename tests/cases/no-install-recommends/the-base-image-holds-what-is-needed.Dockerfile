ARG V=20
FROM node:$V
RUN apt-get update && apt-get install -y curl
