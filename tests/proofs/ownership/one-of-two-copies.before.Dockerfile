FROM node:22
COPY . /app
COPY conf /app/conf
RUN chown -R node:node /app
