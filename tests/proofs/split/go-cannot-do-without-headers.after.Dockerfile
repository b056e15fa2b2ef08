FROM golang:1.22 AS build
RUN apt-get update && apt-get install -y libopus-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o shop .

FROM gcr.io/distroless/static-debian12
COPY --from=build /app/shop /app/
WORKDIR /app
CMD ["./shop"]
