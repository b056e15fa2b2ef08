FROM golang:1.22
WORKDIR /app
COPY . .
RUN go generate ./... && go build -o shop .
RUN mv gen /srv/texts
CMD ["./shop"]
