FROM node:22
COPY . /srv/site/
WORKDIR /app
RUN yarn --cwd /srv/site install --frozen-lockfile
