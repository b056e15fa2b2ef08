FROM golang:1.22
WORKDIR /src
COPY . .
RUN sed -i s/server/worker/ compile.sh && ./build.sh
CMD ["./server"]
