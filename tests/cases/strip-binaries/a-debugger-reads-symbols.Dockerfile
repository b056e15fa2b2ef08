FROM golang:1.22
RUN go build -o /a .
CMD ["dlv", "exec", "/a"]
