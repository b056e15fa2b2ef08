FROM golang:1.22
WORKDIR /src
COPY . .
RUN GOFLAGS=-trimpath ./build.sh && chmod +x server
CMD ["./server"]
