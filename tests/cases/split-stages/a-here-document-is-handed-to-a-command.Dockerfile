# syntax=docker/dockerfile:1
FROM golang:1.22
WORKDIR /app
COPY . .
RUN cat > /etc/app.conf <<EOF
port = 80
EOF
RUN go build -o /usr/local/bin/app .
CMD ["app"]
