FROM golang:1.22 AS build
WORKDIR /src
COPY go.mod main.go ./
RUN CGO_ENABLED=0 go build -o /usr/local/bin/server .
COPY entry.sh /entry.sh
RUN chmod +x /entry.sh

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y ca-certificates && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/bin/server /usr/local/bin/
COPY --from=build /entry.sh /
WORKDIR /src
ENTRYPOINT ["/entry.sh"]
CMD ["server"]
