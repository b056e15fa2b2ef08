FROM golang:1.22 AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o app . && ln -s /app/app /usr/local/bin/shop

FROM gcr.io/distroless/static-debian12
COPY --from=build /app/app /app/
COPY --from=build /usr/local/bin/shop /usr/local/bin/
WORKDIR /app
CMD ["shop"]
