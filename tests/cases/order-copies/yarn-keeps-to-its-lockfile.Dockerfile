FROM node:22
WORKDIR /app
ADD logo.png /app/
COPY . /app
RUN yarn install --frozen-lockfile
