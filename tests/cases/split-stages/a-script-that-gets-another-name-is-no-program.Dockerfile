FROM golang:1.22
WORKDIR /app
COPY . .
RUN go build -o server .
RUN mv entrypoint.sh /usr/local/bin/start
ENTRYPOINT ["start"]
CMD ["/app/server"]
