FROM golang:1.22
WORKDIR /src
COPY . .
RUN go build -o /usr/local/bin/app .
RUN cp docker/entry.sh /usr/local/bin/entry.sh && chmod +x /usr/local/bin/entry.sh
ENTRYPOINT ["entry.sh"]
CMD ["app"]
