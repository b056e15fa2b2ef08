FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go install github.com/air-verse/air@latest

FROM gcr.io/distroless/static-debian12
COPY --from=build /go/bin/air /go/bin/
WORKDIR /src
CMD ["/go/bin/air"]
