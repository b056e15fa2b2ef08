FROM golang:1.22 AS make
WORKDIR /src
COPY . .
RUN go build -o /out/serve .

FROM golang:1.22
ENV DATA=$GOPATH/data
COPY --from=make /out/serve /usr/local/bin/serve
CMD ["serve"]
