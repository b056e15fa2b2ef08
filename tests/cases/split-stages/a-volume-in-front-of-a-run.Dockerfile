FROM golang:1.22
COPY main.go .
VOLUME /data
RUN go build -o /server main.go
CMD ["/server"]
