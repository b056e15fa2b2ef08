FROM node:22
WORKDIR /app
COPY . .
RUN cd web && yarn install --frozen-lockfile
