FROM golang:1.22
WORKDIR /app
COPY . .
RUN go build -o server .
RUN chmod +x entrypoint.sh
ENTRYPOINT ["./entrypoint.sh"]
CMD ["./server"]
