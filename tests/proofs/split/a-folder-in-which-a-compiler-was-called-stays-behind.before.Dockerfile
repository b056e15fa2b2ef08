FROM golang:1.22-bookworm
WORKDIR /tools
RUN go version
WORKDIR /src
COPY . .
RUN go build -o /bin/shop .
CMD ["/bin/shop"]
