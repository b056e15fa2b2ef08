FROM golang:1.22-bookworm
WORKDIR /data
RUN chmod 777 .
WORKDIR /src
COPY . .
RUN go build -o /usr/local/bin/app .
USER nobody
CMD ["app"]
