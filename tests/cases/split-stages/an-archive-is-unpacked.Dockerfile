FROM golang:1.22
ADD assets.tar.gz /srv/
COPY main.go .
RUN go build -o /server main.go
CMD ["/server"]
