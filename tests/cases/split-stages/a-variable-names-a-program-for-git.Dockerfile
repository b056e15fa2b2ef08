FROM golang:1.22
WORKDIR /src
COPY . .
RUN go build -o /usr/local/bin/app .
COPY entry.sh /entry.sh
ENV GIT_SSH_COMMAND="python3 /src/ssh.py"
ENTRYPOINT ["/entry.sh"]
CMD ["app"]
