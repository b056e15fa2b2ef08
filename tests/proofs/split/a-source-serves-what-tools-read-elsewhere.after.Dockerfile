FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o app .

FROM gcr.io/distroless/static-debian12
COPY --from=build /etc/mime.types /etc/
COPY --from=build /src/app /src/
COPY --from=build /src/public/index.html /src/public/
COPY --from=build /src/web/index.html /src/web/
WORKDIR /src
CMD ["./app"]
