FROM golang:1.22
WORKDIR /app
COPY . .
RUN go build -o bin/shop . && go generate ./... && mv gen /srv/texts
CMD ["./bin/shop"]
