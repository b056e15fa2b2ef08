FROM golang:1.22-bookworm
RUN apt-get update && apt-get install -y libsqlite3-dev sqlite3 iputils-ping
WORKDIR /go/src/app
COPY . .
RUN go build -o /go/bin/app
RUN sqlite3 /var/lib/app.db "create table a(b text);"
CMD ["app", "-db", "/var/lib/app.db"]
