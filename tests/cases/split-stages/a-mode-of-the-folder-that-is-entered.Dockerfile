FROM golang:1.22-bookworm
WORKDIR /src
COPY . .
RUN go build -o /usr/local/bin/app .
RUN mkdir /data && cd /data && chmod 777 .
USER nobody
CMD ["app"]
