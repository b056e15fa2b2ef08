FROM golang:1.22 AS build
WORKDIR /app
COPY go.mod main.go ./
COPY uploads ./uploads
RUN CGO_ENABLED=0 go build -o app

FROM gcr.io/distroless/static-debian12
COPY --from=build /app/app /app/
WORKDIR /app
CMD ["./app"]
