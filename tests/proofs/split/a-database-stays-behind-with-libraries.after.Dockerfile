FROM golang:1.22-bookworm AS build
RUN apt-get update && apt-get install -y libsqlite3-dev sqlite3 iputils-ping
WORKDIR /go/src/app
COPY . .
RUN go build -o /go/bin/app
RUN sqlite3 /var/lib/app.db "create table a(b text);"

FROM debian:bookworm-slim
ENV PATH=/go/bin:$PATH
RUN apt-get update && apt-get install -y ca-certificates iputils-ping sqlite3 && rm -rf /var/lib/apt/lists/*
COPY --from=build /go/bin/app /go/bin/
COPY --from=build /var/lib/app.db /var/lib/
WORKDIR /go/src/app
CMD ["app", "-db", "/var/lib/app.db"]
