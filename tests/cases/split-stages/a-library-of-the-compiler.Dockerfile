FROM debian:bookworm
RUN apt-get update && apt-get install -y gcc libc6-dev
WORKDIR /src
COPY . .
RUN gcc -fopenmp -o sum sum.c
CMD ["./sum"]
