FROM python:3.12-alpine
COPY . .
RUN apk add g++ libatomic libgcc libgomp libstdc++ && npm ci && apk del g++
CMD npm start
