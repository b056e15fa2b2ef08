FROM golang:1.22 AS build
RUN install -d -o 1000 -g 1000 /data
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o shop .

FROM gcr.io/distroless/static-debian12
COPY --from=build /data /data
COPY --from=build /app/shop /app/
WORKDIR /app
USER 1000
CMD ["./shop"]
