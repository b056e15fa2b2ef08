FROM golang:1.22
WORKDIR /src
COPY . .
RUN NAME=worker; ./build.sh
CMD ["./server"]
