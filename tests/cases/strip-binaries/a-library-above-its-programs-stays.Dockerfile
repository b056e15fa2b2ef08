FROM golang:1.14
ADD . /go/src/example.com/our/tail
RUN go install -v example.com/our/tail
RUN go install -v example.com/our/tail/cmd/gotail
CMD ["gotail"]
