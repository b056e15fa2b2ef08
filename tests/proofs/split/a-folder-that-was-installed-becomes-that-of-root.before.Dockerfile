FROM golang:1.22
RUN install -d -o 1000 -g 1000 /data
WORKDIR /app
COPY . .
RUN go build -o shop .
USER 1000
CMD ["./shop"]
