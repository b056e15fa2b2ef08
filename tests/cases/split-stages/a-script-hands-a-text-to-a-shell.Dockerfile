FROM golang:1.22
WORKDIR /src
COPY . .
RUN go build -o /usr/local/bin/app .
COPY entry.sh /entry.sh
ENTRYPOINT ["/entry.sh"]
CMD ["app"]
