FROM golang 1.22 g
RUN go version
