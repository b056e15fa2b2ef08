FROM golang:1.22 AS builder
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /out/server .

FROM golang:1.22
COPY --from=builder /out/server /usr/local/bin/
CMD ["server"]
