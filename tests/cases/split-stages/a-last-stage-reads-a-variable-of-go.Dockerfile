FROM golang:1.22 AS make
WORKDIR /src
COPY . .
RUN go build -o /out/x .

FROM golang:1.22
ENV DATA=$GOPATH/data
COPY --from=make /out/x /usr/local/bin/x
CMD ["x"]
