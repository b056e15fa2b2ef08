FROM golang:1.22-bookworm
WORKDIR /src
COPY . .
RUN mkdir -pm777 /data/all && go build -o /usr/local/bin/app .
USER nobody
CMD ["app"]
