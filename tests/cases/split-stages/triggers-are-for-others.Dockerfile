FROM golang:1.22
COPY main.go .
ONBUILD RUN go generate
RUN go build -o /server main.go
CMD ["/server"]
