FROM node:22
COPY app /data
RUN cd /data && npm ci
