FROM golang:1.22 AS builder
WORKDIR /src
COPY . .
RUN go build -o /out/server .

# what ships
FROM golang:1.22
COPY --from=builder /out/server /usr/local/bin/
EXPOSE 8080
ENTRYPOINT ["server"]
