FROM golang:1.22-bookworm
WORKDIR /app
COPY . .
RUN go build -o app .
RUN sed -i "s/x/y/" /etc/hosts.allow || true
CMD ["./app"]
