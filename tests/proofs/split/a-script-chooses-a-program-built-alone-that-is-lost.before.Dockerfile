FROM golang:1.22
WORKDIR /srv/queue
COPY . .
RUN go build -o bin/api ./cmd/api && go build -o bin/worker ./cmd/worker
ENTRYPOINT ["./run.sh"]
CMD ["api"]
