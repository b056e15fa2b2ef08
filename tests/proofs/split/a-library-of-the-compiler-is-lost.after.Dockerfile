FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y gcc libc6-dev libpq-dev
WORKDIR /src
COPY . .
RUN gcc -fopenmp -o sum sum.c -lpq

FROM debian:bookworm
RUN apt-get update && apt-get install -y libpq5 && rm -rf /var/lib/apt/lists/*
COPY --from=build /src/sum /src/
WORKDIR /src
CMD ["./sum"]
