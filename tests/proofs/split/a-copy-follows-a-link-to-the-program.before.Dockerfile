FROM golang:1.22-bookworm
WORKDIR /app
COPY . .
RUN go build -o app
RUN ln -s /app/app /usr/local/bin/serve
CMD ["serve"]
