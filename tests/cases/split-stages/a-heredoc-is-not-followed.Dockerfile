FROM golang:1.22
COPY main.go .
RUN <<EOF
go build -o /server main.go
EOF
CMD ["/server"]
