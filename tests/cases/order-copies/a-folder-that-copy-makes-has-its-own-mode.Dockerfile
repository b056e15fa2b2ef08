FROM node:22
COPY web /srv/web
RUN cd /srv/web && npm ci
