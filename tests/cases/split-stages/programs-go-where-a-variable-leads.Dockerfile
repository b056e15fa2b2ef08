FROM golang:1.22
ENV GOBIN=$HOME/bin
WORKDIR /src
COPY . .
RUN go install ./cmd/relay ./cmd/seed
CMD ["/root/bin/relay"]
