FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y g++ libc6-dev libgmp-dev
WORKDIR /src
COPY . .
RUN g++ -o scan main.cc -lgmpxx -lgmp

FROM debian:bookworm
RUN apt-get update && apt-get install -y libgmp10 libgmpxx4ldbl && rm -rf /var/lib/apt/lists/*
COPY --from=build /src/scan /src/
WORKDIR /src
CMD ["./scan"]
