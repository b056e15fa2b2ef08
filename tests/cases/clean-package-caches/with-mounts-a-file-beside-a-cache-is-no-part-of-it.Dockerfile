FROM node:22
WORKDIR /app
COPY npmrc /root/.npmrc
RUN npm install -g typescript
