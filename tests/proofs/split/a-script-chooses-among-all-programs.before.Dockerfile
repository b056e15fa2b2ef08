FROM golang:1.22
WORKDIR /srv/queue
COPY . .
RUN go build -o bin/ ./cmd/...
ENTRYPOINT ["./run.sh"]
CMD ["api"]
