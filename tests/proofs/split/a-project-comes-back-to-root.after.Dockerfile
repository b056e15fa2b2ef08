FROM golang:1.22 AS build
WORKDIR /src
COPY . .
RUN CGO_ENABLED=0 go build -o server .
RUN useradd -m app && chown -R app:app /src

FROM gcr.io/distroless/static-debian12
COPY --from=build /etc/passwd /etc/group /etc/
COPY --from=build --chown=app:app /home/app /home/app
COPY --from=build /src /src
WORKDIR /src
USER app
CMD ["./server"]
