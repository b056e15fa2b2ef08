FROM golang:1.22
WORKDIR /src
COPY . .
RUN go build -o /usr/local/bin/backup .
RUN apt-get update && apt-get install -y curl
HEALTHCHECK CMD curl -f http://localhost
CMD ["backup"]
