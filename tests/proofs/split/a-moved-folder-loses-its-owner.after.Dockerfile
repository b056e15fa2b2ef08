FROM golang:1.22 AS build
WORKDIR /app
COPY --chown=1000:1000 . .
RUN CGO_ENABLED=0 go build -o shop . && mv web /opt/web

FROM gcr.io/distroless/static-debian12
COPY --from=build --chown=1000:1000 /app/shop /app/
COPY --from=build /opt/web /opt/web
WORKDIR /app
USER 1000
CMD ["./shop"]
