FROM golang:1.22-bookworm AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o app .
RUN sed -i "s/x/y/" /etc/hosts.allow || true

FROM gcr.io/distroless/static-debian12
COPY --from=build /etc/hosts.allow /etc/
COPY --from=build /app/app /app/
WORKDIR /app
CMD ["./app"]
