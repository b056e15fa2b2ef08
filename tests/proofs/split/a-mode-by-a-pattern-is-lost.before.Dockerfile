FROM golang:1.22-bookworm
WORKDIR /src
COPY . .
RUN go build -o /usr/local/bin/app .
RUN mkdir -p /srv/a && chmod 777 /srv/*
USER nobody
CMD ["app"]
