FROM python:3.12-alpine
COPY . .
RUN apk add g++ && npm ci
CMD npm start
