FROM golang:1.22-bookworm
WORKDIR /src
COPY . .
RUN go build -race -o /usr/local/bin/app .
CMD ["app"]
