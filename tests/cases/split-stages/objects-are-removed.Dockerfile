FROM debian:bookworm
RUN apt-get update && apt-get install -y gcc libc6-dev make
COPY . /src
WORKDIR /src
RUN make && rm -f *.o
CMD ["./served"]
