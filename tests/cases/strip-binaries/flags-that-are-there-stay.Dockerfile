FROM golang:1.22
RUN go build -ldflags="-w -s" -o /a . && go build -ldflags -s -o /b .
