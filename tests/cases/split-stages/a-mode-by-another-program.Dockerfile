FROM golang:1.22-bookworm
WORKDIR /src
COPY . .
RUN go build -o /usr/local/bin/app .
RUN mkdir -p /data && echo /data | xargs chmod 777
USER nobody
CMD ["app"]
