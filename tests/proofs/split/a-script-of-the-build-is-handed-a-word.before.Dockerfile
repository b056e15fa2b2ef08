FROM golang:1.22
WORKDIR /src
COPY . .
RUN sh build.sh release
CMD ["./server"]
