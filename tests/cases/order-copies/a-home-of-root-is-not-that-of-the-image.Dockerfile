FROM acme/node
USER root
WORKDIR /opt/shop
COPY . .
RUN npm ci && rm -f ~/.npmrc

FROM node:22
USER root
WORKDIR /opt/shop
COPY . .
RUN npm ci && rm -f ~/.npmrc
