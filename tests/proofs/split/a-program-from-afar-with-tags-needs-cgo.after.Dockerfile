FROM golang:1.22 AS build
WORKDIR /app
RUN CGO_ENABLED=0 go install -tags sqlite3 github.com/golang-migrate/migrate/v4/cmd/migrate@v4.17.0

FROM gcr.io/distroless/static-debian12
ENV GOPATH=/go
COPY --from=build /go/bin/migrate /go/bin/
WORKDIR /app
CMD ["/go/bin/migrate"]
