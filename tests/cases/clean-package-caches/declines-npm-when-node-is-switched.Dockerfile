FROM debian:12
RUN apt-get update && apt-get install -y npm && npm install -g n && n latest
