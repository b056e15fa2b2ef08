FROM gcc:12 AS builder
RUN apt-get update && apt-get install -y cmake ninja-build flex
WORKDIR /code
COPY . .
RUN cmake -S . -B build -G Ninja && cmake --build build

FROM gcc:12
RUN apt-get update && apt-get install -y netcat-openbsd
COPY --from=builder /code/build/routes /app/routes
CMD ["/app/routes"]
