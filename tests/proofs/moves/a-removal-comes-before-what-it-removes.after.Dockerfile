FROM node:22
WORKDIR /app
RUN rm -rf /app/lib
COPY . .
