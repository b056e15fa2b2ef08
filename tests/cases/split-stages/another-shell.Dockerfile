FROM golang:1.22
SHELL ["/bin/zsh", "-c"]
COPY main.go .
RUN go build -o /server main.go
CMD ["/server"]
