FROM golang:1.22
ENV DATA=$GOPATH/data
ENV PATH=${GOPATH}/bin:$PATH
WORKDIR /src
COPY . .
RUN go build -o /bin/app .
CMD ["/bin/app"]
