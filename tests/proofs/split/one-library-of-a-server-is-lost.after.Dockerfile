FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y gcc libc6-dev make libmicrohttpd-dev libjansson-dev
WORKDIR /src
COPY . .
RUN make

FROM debian:bookworm
RUN apt-get update && apt-get install -y libjansson4 && rm -rf /var/lib/apt/lists/*
COPY --from=build /src/served /src/
WORKDIR /src
CMD ["./served"]
