FROM node:22
WORKDIR /app
COPY . .
RUN yarn --cwd /srv/site install --frozen-lockfile
