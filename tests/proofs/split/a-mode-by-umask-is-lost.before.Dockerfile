FROM golang:1.22-bookworm
WORKDIR /src
COPY . .
RUN go build -o /usr/local/bin/app .
RUN umask 0 && mkdir -p /data/uploads
USER nobody
CMD ["app"]
