FROM golang:1.22 AS server
COPY main.go .
RUN CGO_ENABLED=0 go build -o /server main.go
CMD ["/server"]
