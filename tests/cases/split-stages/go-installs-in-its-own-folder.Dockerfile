FROM golang:1.22
WORKDIR $GOPATH/src/backup
COPY . .
RUN go get -d -v ./... && go install -v ./...
RUN mkdir -p /backups && useradd -m saver && chown saver /backups
USER saver
ENV BACKUP_DIR=/backups
CMD ["app"]
