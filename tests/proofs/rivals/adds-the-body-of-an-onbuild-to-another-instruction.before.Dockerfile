FROM node:22
ONBUILD RUN npm install
RUN make
