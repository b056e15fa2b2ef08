FROM golang:1.22 AS build
RUN groupadd crew && useradd -m -g crew app
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o shop .

FROM gcr.io/distroless/static-debian12
COPY --from=build /etc/passwd /etc/group /etc/
COPY --from=build --chown=app:app /home/app /home/app
COPY --from=build /app/shop /app/
WORKDIR /app
USER app
CMD ["./shop"]
