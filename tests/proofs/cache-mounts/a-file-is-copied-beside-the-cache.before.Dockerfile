FROM node:22
COPY setup.js /
COPY npmrc /root/.npmrc
RUN npm install -g typescript
