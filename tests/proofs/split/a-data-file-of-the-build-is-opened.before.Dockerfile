FROM debian:12
RUN apt-get update && apt-get install -y gcc make libc6-dev
WORKDIR /app
COPY . .
RUN make
CMD ["./app"]
