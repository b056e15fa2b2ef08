FROM golang:1.22
WORKDIR /app
ENV MODE=/app/server
COPY . .
RUN go build -o server .
RUN chmod +x entrypoint.sh
ENTRYPOINT ["./entrypoint.sh"]
CMD ["./server"]
