FROM golang:1.22
ARG APP
WORKDIR /srv/$APP
RUN go build -o /server main.go
CMD ["/server"]
