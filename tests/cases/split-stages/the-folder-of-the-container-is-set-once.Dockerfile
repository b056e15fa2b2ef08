FROM golang:1.22

LABEL team=web

# for the curious
LABEL source=https://example.com/server

WORKDIR /src
COPY . .
RUN go build -o /usr/local/bin/server .

WORKDIR /data
CMD ["server"]
