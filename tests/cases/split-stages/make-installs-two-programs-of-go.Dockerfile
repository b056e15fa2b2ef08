FROM golang:1.22
WORKDIR /src
COPY . .
RUN make install
ENTRYPOINT ["/usr/local/bin/server"]
