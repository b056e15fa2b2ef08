FROM golang:1.22
WORKDIR /srv/queue
COPY . .
RUN go build -o /usr/local/bin/ ./cmd/...
ENTRYPOINT ["./run.sh"]
CMD ["api"]
