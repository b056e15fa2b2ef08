FROM golang:1.22-bookworm AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o app
RUN install -d -m 0777 /data

FROM gcr.io/distroless/static-debian12
COPY --from=build /app/app /app/
COPY --from=build /data /data
WORKDIR /app
USER nobody
CMD ["./app"]
