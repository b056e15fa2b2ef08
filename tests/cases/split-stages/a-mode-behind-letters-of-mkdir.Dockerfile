FROM golang:1.22-bookworm
WORKDIR /src
COPY . .
RUN go build -o /usr/local/bin/app .
RUN mkdir -pm 1777 /data/a
USER nobody
CMD ["app"]
