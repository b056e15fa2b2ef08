FROM golang:1.22 AS builder
WORKDIR /app
COPY . .
RUN go build -o /out/app .

FROM golang:1.22
COPY --from=builder /out/app /usr/local/bin/app
CMD ["app"]
