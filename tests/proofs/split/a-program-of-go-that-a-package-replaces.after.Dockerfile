FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /usr/bin/curl . && apt-get update && apt-get install -y curl
FROM gcr.io/distroless/static-debian12
WORKDIR /go
COPY --from=build /usr/bin/curl /usr/bin/curl
CMD ["/usr/bin/curl"]
