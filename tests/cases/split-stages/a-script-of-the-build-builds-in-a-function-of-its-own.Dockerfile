FROM golang:1.22
WORKDIR /src
COPY . .
RUN ./build.sh
CMD ["./server"]
