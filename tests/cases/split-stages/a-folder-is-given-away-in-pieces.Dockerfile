FROM golang:1.22
RUN useradd web
WORKDIR /app
COPY . .
RUN go build -o server . && chown -R web /app
USER web
CMD ["./server"]
