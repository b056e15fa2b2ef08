FROM golang:1.22
WORKDIR /srv
COPY . .
RUN go build -o /usr/local/bin/server .
WORKDIR data
CMD ["server"]
