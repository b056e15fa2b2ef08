FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o /usr/local/bin/server .

FROM gcr.io/distroless/static-debian12
COPY --from=build /usr/local/bin/server /usr/local/bin/
WORKDIR /src
CMD ["server"]
