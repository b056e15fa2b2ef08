FROM golang:1.22 AS build
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o app .
USER nobody
RUN mkdir /srv/state

FROM gcr.io/distroless/static-debian12
COPY --from=build /app/app /app/
COPY --from=build /srv/state /srv/state
WORKDIR /app
USER nobody
CMD ["./app"]
