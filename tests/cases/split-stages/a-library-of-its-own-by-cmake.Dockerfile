FROM debian:bookworm
RUN apt-get update && apt-get install -y g++ make cmake
COPY . /src
WORKDIR /src
RUN cmake . && make
CMD ["./greet"]
