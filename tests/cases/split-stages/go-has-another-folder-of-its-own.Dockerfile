FROM golang:1.22
ENV GOPATH=/code
WORKDIR $GOPATH/src/backup
COPY . .
RUN go build -o backup .
CMD ["./backup"]
