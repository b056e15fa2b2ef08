FROM golang:1.22
COPY main.go .
RUN pip install awscli
RUN go build -o /server main.go
CMD ["/server"]
