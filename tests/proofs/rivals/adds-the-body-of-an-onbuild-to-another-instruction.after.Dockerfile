FROM node:22
ONBUILD RUN npm install; ONBUILD
RUN make
