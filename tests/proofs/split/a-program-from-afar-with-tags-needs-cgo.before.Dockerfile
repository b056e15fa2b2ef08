FROM golang:1.22
WORKDIR /app
RUN go install -tags sqlite3 github.com/golang-migrate/migrate/v4/cmd/migrate@v4.17.0
CMD ["/go/bin/migrate"]
