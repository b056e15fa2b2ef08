FROM node:22
WORKDIR /app
RUN yarn --cwd /srv/site install --frozen-lockfile
COPY . .
