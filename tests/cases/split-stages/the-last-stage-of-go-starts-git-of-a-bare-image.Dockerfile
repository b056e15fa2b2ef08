FROM golang:1.22 AS builder
WORKDIR /app
COPY . .
RUN go build -o /out/app .

FROM buildpack-deps:bookworm
COPY --from=builder /out/app /usr/local/bin/app
CMD ["app"]
