FROM golang:1.22 AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o bin/shop . && go generate ./... && mv gen /srv/texts

FROM gcr.io/distroless/static-debian12
COPY --from=build /app/bin/shop /app/bin/
COPY --from=build /srv/texts /srv/
WORKDIR /app
CMD ["./bin/shop"]
