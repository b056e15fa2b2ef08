FROM debian:bookworm
RUN apt-get update && apt-get install -y g++ libc6-dev libgmp-dev
WORKDIR /src
COPY . .
RUN g++ -o scan main.cc -lgmpxx -lgmp
CMD ["./scan"]
