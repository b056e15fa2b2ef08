FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y gcc libc6-dev libpq-dev
WORKDIR /src
COPY . .
RUN gcc -o sum sum.c -lpq

FROM debian:bookworm
COPY --from=build /src/sum /src/
WORKDIR /src
CMD ["./sum"]
