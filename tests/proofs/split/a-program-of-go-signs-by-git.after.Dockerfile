FROM golang:1.22 AS build
WORKDIR /app
COPY . .
RUN go build -ldflags="-s -w" -o /bin/app .

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates git && rm -rf /var/lib/apt/lists/*
COPY --from=build /bin/app /bin/
WORKDIR /app
CMD ["/bin/app"]
