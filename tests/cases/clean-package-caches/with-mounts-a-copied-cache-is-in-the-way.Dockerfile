FROM node:20
COPY cache /root/.npm/
RUN npm install -g typescript
