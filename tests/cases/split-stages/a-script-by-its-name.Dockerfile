FROM golang:1.22
WORKDIR /app
COPY . .
RUN go build -o server .
COPY entrypoint.sh /usr/local/bin/
ENTRYPOINT ["entrypoint.sh"]
CMD ["./server"]
