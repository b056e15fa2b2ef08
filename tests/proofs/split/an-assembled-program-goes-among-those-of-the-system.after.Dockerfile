FROM golang:1.22 AS builder
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /bin/api .

FROM gcr.io/distroless/static-debian12
WORKDIR /go
COPY --from=builder /bin/api /bin/api
CMD ["/bin/api"]
