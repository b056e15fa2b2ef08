FROM node:22
COPY . /app
RUN stat -c %U /app/a > /owner
RUN chown -R node:node /app
