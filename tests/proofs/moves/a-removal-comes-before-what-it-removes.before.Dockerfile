FROM node:22
WORKDIR /app
COPY . .
RUN rm -rf /app/lib
