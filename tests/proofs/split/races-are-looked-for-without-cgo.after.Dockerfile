FROM golang:1.22-bookworm AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -race -o /usr/local/bin/app .

FROM gcr.io/distroless/static-debian12
COPY --from=build /usr/local/bin/app /usr/local/bin/
WORKDIR /src
CMD ["app"]
