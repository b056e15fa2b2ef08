FROM node:20
RUN sudo npm install -g serve
