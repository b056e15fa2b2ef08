FROM golang:1.22
WORKDIR /app
COPY . .
RUN go build -o server .
RUN cp server /usr/local/bin/start
ENTRYPOINT ["start"]
