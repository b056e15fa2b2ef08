FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 make build NAME=other

FROM gcr.io/distroless/static-debian12
COPY --from=build /src/bin/dirsum /src/bin/
WORKDIR /src
CMD ["./bin/dirsum"]
