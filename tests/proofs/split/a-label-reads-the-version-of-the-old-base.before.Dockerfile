FROM golang:1.22
WORKDIR /src
COPY . .
RUN go build -o /bin/x .
LABEL go=$GOLANG_VERSION
CMD ["/bin/x"]
