FROM ubuntu:22.04
RUN apt-get update && apt-get install -y python3-pip curl
RUN pip3 install flask && npm install --global bcrypt
