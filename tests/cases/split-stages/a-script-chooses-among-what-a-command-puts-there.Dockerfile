FROM golang:1.22
WORKDIR /srv/queue
COPY . .
RUN go build -o bin/ ./cmd/... && cp /usr/bin/git bin/git
ENTRYPOINT ["./run.sh"]
CMD ["api"]
