FROM golang:1.22-bookworm AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o app
RUN mkdir -p /data/logs && chmod -R a+rwX /data

FROM gcr.io/distroless/static-debian12
COPY --from=build /app/app /app/
COPY --from=build /data/logs /data/logs
WORKDIR /app
USER nobody
CMD ["./app"]
