FROM alpine
COPY . /app
RUN apk add --no-cache curl