FROM golang:1.22
WORKDIR /src
COPY . .
RUN go build -o /bin/x .
LABEL compiler=$GOLANG_VERSION
CMD ["/bin/x"]
