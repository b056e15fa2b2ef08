FROM golang:1.22
RUN go build -ldflags="all=-X a.b=c" -o /a .
