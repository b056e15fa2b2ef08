FROM golang:1.22
COPY . /src
RUN cd /src && go build -o /bin/x .
WORKDIR $GOPATH/data
CMD ["/bin/x"]
