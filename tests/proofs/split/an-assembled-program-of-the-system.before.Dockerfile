FROM golang:1.22 AS builder
WORKDIR /src
COPY . .
RUN go build -o /bin/other .

FROM golang:1.22
COPY --from=builder /bin/api /bin/api
CMD ["/bin/api"]
