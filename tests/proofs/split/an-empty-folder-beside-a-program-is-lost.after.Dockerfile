FROM golang:1.22-bookworm AS build
WORKDIR /data
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /bin/shop .

FROM gcr.io/distroless/static-debian12
COPY --from=build /bin/shop /bin/
WORKDIR /src
CMD ["/bin/shop"]
