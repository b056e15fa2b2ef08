FROM golang:1.22
RUN apt-get update && apt-get install -y gosu
WORKDIR /app
COPY . .
RUN go build -o server .
RUN chmod +x entrypoint.sh
ENTRYPOINT ["gosu", "nobody", "./entrypoint.sh"]
CMD ["./server"]
