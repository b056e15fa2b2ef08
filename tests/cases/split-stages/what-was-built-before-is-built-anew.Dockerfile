FROM golang:1.22
WORKDIR /src
COPY . .
RUN go vet ./... && rm -rf bin && go build -o bin/server .
CMD ["./bin/server"]
