FROM golang:1.22
WORKDIR /app
COPY . .
RUN go build -o shop . && cp -r web /usr/share/shop && cp -r sql/. /sql
CMD ["./shop"]
