FROM node:22
COPY setup.js /
COPY npmrc /root/.npmrc
RUN --mount=type=cache,target=/root/.npm npm install -g typescript
