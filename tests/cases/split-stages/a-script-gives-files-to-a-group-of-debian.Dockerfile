FROM golang:1.22
WORKDIR /app
COPY . .
RUN go build -o app .
ENTRYPOINT ["/app/entry.sh"]
CMD ["serve"]
