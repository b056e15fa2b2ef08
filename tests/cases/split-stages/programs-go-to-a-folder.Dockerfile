FROM golang:1.22
WORKDIR /src
COPY . .
RUN GOBIN=/usr/local/bin go install ./cmd/relay ./cmd/seed
CMD ["relay"]
