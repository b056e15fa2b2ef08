FROM debian:bookworm
RUN apt-get update && apt-get install -y gcc libc6-dev libpq-dev
WORKDIR /src
COPY . .
RUN gcc -o sum sum.c -lpq
CMD ["./sum"]
