FROM golang:1.22
RUN useradd app && install -d -o app /var/lib/shop
WORKDIR /app
COPY . .
RUN go build -o shop .
USER app
CMD ["./shop"]
