FROM ubuntu:22.04
RUN apt-get update && apt-get install -y --no-install-recommends golang-go gcc libc6-dev libsqlite3-dev tzdata
WORKDIR /src
COPY . .
RUN go build -o /usr/local/bin/ ./cmd/...
CMD relay -config relay.conf
