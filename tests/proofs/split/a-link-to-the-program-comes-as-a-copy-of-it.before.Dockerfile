FROM golang:1.22
WORKDIR /app
COPY . .
RUN CGO_ENABLED=0 go build -o app . && ln -s /app/app /usr/local/bin/shop
CMD ["shop"]
