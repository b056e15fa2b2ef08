FROM golang:1.22
WORKDIR $GOPATH/src/backup
COPY . .
RUN go build -o backup .
CMD ["./backup"]
