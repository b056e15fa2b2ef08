FROM golang:1.22
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go install github.com/air-verse/air@latest
CMD ["/go/bin/air"]
