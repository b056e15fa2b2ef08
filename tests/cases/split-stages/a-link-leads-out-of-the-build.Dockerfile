FROM golang:1.22-bookworm
WORKDIR /app
COPY . .
RUN go build -o app
RUN ln -s /data/config.json /app/config.json
VOLUME /data
CMD ["./app"]
