# the api
FROM golang:1.22-bookworm
WORKDIR /src
# modules first
COPY go.mod go.sum ./
RUN go mod download
COPY . .
LABEL org.opencontainers.image.title="api"
# one binary
RUN go build -ldflags="-s -w" -o /usr/local/bin/api ./cmd/api

ENV PORT=8080
EXPOSE 8080
USER 1000
# starts at once
CMD ["api"]
