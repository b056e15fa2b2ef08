FROM golang:1.22
RUN groupadd crew && useradd -m -g crew app
WORKDIR /app
COPY . .
RUN go build -o shop .
USER app
CMD ["./shop"]
