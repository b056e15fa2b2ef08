FROM golang:1.22
COPY main.go .
RUN ./setup.sh && go build -o /server main.go
CMD ["/server"]
