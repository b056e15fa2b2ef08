FROM golang:1.22
RUN go build -gcflags="all=-N -l" -o /a .
