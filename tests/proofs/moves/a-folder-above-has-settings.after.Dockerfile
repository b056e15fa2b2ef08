FROM node:22
WORKDIR /app
COPY web/package.json web/yarn.lock ./web/
RUN cd web && yarn install --frozen-lockfile
COPY . .
