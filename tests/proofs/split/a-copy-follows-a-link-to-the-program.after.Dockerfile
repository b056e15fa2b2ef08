FROM golang:1.22-bookworm AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o app
RUN ln -s /app/app /usr/local/bin/serve

FROM gcr.io/distroless/static-debian12
COPY --from=build /app/app /app/
COPY --from=build /usr/local/bin/serve /usr/local/bin/
WORKDIR /app
CMD ["serve"]
