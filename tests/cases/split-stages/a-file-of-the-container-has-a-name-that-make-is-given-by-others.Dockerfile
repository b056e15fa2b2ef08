FROM golang:1.22
ENV BINARY=other
WORKDIR /src
COPY . .
RUN make build
CMD ["./bin/dirsum"]
