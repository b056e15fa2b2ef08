FROM golang:1.22
WORKDIR /src
COPY . .
RUN ./build.sh $NAME
CMD ["./server"]
