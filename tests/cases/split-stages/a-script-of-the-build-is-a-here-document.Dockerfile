# syntax=docker/dockerfile:1
FROM golang:1.22
WORKDIR /app
COPY . .
RUN <<EOF
set -e
go mod download
go build -o /usr/local/bin/app .
EOF
CMD ["app"]
