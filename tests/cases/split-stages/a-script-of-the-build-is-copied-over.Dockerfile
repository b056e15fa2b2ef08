FROM golang:1.22
WORKDIR /src
COPY . .
COPY docker/build.sh ./
RUN ./build.sh
CMD ["./server"]
