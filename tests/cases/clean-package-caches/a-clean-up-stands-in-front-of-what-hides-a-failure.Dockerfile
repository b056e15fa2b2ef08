FROM node:20
RUN cd /tmp && npm install || true
RUN npm install || npm install --legacy-peer-deps
RUN npm install; echo done
