FROM golang:1.22-bookworm AS build
WORKDIR /src
COPY . .
RUN go build -o /usr/local/bin/a .

FROM debian:bookworm-slim
COPY --from=build /usr/local/bin/a /usr/local/bin/
WORKDIR /src
CMD ["a"]
