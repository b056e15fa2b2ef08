FROM golang:1.22-bookworm
WORKDIR /src
COPY . .
RUN go build -buildmode=pie -o /usr/local/bin/app .
CMD ["app"]
