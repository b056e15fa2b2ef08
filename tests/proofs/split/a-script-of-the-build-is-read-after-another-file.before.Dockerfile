FROM golang:1.22
ENV BASH_ENV=/src/env.sh
WORKDIR /src
COPY . .
RUN ./build.sh
CMD ["./server"]
