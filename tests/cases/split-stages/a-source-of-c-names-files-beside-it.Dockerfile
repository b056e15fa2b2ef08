FROM debian:bookworm
RUN apt-get update && apt-get install -y g++ make
COPY . /src
WORKDIR /src
RUN make
CMD ["./greet"]
