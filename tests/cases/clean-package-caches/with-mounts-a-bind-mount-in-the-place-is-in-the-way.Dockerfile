FROM node:22
RUN --mount=type=bind,source=npm,target=/root/.npm,rw npm install -g typescript
