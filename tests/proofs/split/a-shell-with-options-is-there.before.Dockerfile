FROM golang:1.22
WORKDIR /src
COPY go.mod main.go ./
RUN go build -o /usr/local/bin/server .
COPY entry.sh /entry.sh
RUN chmod +x /entry.sh
ENTRYPOINT ["bash", "-e", "/entry.sh"]
CMD ["server"]
