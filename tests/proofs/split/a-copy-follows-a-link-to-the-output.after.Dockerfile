FROM golang:1.22-bookworm AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o app
RUN ln -sf /dev/stdout /var/log/app.log

FROM gcr.io/distroless/static-debian12
COPY --from=build /app/app /app/
COPY --from=build /var/log/app.log /var/log/
WORKDIR /app
CMD ["./app"]
