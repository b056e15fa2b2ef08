FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y g++ make
COPY . /src
WORKDIR /src
RUN make

FROM debian:bookworm
RUN apt-get update && apt-get install -y libstdc++6 && rm -rf /var/lib/apt/lists/*
COPY --from=build /src/greet /src/
WORKDIR /src
CMD ["./greet"]
