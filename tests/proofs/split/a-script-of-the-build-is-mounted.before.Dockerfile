FROM golang:1.22
WORKDIR /src
COPY . .
RUN --mount=type=bind,source=.,target=/src,rw ./build.sh
CMD ["./server"]
