FROM golang:1.22
ENV DATA=$GOPATH/data
WORKDIR /src
COPY . .
RUN go build -o /bin/x .
CMD ["/bin/x"]
