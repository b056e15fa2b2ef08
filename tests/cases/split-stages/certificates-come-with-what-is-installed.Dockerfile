FROM golang:1.22-bookworm
RUN apt-get update && apt-get install -y curl
WORKDIR /src
COPY . .
RUN go build -o /usr/local/bin/server .
HEALTHCHECK CMD curl -f http://localhost:8080/ || exit 1
CMD ["server"]
