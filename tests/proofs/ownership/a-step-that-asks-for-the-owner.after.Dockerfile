FROM node:22
COPY --chown=node:node . /app
RUN stat -c %U /app/a > /owner
