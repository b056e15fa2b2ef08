FROM golang:1.22
COPY . /src
RUN cd /src && go build -o /bin/app .
WORKDIR $GOPATH/data
CMD ["/bin/app"]
