FROM golang:1.22 AS builder
WORKDIR /src
RUN apt-get update && apt-get install -y libmagickwand-dev
COPY . .
RUN go build -o /out/pinger .

FROM golang:1.22 AS build
COPY --from=builder /out/pinger /usr/local/bin/pinger
RUN useradd pinger
RUN mkdir /runtime && ldd /usr/local/bin/pinger | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
COPY --from=build /etc/passwd /etc/group /etc/
COPY --from=build /runtime /
COPY --from=build /usr/local/bin/pinger /usr/local/bin/
WORKDIR /go
USER pinger
CMD ["pinger"]
