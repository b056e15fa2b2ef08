FROM golang:1.22
RUN useradd -m -u 1000 app
WORKDIR /app
COPY . .
RUN go build -o shop .
USER app
CMD ["./shop"]
