FROM golang:1.22
RUN apt-get update && apt-get install -y tini
WORKDIR /app
COPY . .
RUN go build -o server .
RUN chmod +x entrypoint.sh
ENTRYPOINT ["tini", "--", "./entrypoint.sh"]
CMD ["./server"]
