FROM golang:1.22-bookworm AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o app
RUN ln -sf /dev/stdout /var/log/app.log

FROM gcr.io/distroless/static-debian12
RUN ln -sf /dev/stdout /var/log/app.log
COPY --from=build /app/app /app/
WORKDIR /app
CMD ["./app"]
