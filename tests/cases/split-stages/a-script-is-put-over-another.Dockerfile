FROM golang:1.22
WORKDIR /src
COPY . .
RUN go build -o /usr/local/bin/app .
COPY docker/entry.sh /usr/local/bin/start
RUN cp docker/other.sh /usr/local/bin/start
ENTRYPOINT ["start"]
CMD ["app"]
