FROM golang:1.22
WORKDIR /src
COPY . .
RUN scripts/build.sh
CMD ["./server"]
