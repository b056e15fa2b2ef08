FROM node:22
COPY app/package.json app/package-lock.json /data/
RUN cd /data && npm ci
COPY app /data
