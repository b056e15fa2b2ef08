FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o srv .

FROM gcr.io/distroless/static-debian12
COPY --from=build /src/srv /src/
WORKDIR /src
CMD ["./srv"]
