FROM debian:bullseye AS build
RUN apt-get update && apt-get install -y gcc libc6-dev libpcre2-dev
WORKDIR /src
COPY . .
RUN gcc -o scan main.c -lpcre2-posix

FROM debian:bullseye
RUN apt-get update && apt-get install -y libpcre2-8-0 && rm -rf /var/lib/apt/lists/*
COPY --from=build /src/scan /src/
WORKDIR /src
CMD ["./scan"]
