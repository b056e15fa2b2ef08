FROM gcc:12 AS builder
RUN apt-get update && apt-get install -y cmake ninja-build
WORKDIR /code
COPY . .
RUN cmake -S . -B build -G Ninja && cmake --build build

FROM gcc:12 AS build-stage
RUN apt-get update && apt-get install -y netcat-openbsd
COPY --from=builder /code/build/routes /app/routes
RUN mkdir /runtime && ldd /app/routes | grep -o '/[^ ]*' | grep -v '/ld-\|/lib[cm][.]so' | sed 's,^/lib,/usr/lib,' | xargs -I '{}' cp --parents '{}' /runtime

FROM debian:bookworm-slim
ENV LD_LIBRARY_PATH=/usr/local/lib64
RUN apt-get update && apt-get install -y ca-certificates netcat-openbsd && rm -rf /var/lib/apt/lists/*
COPY --from=build-stage /runtime /
COPY --from=build-stage /app/routes /app/
CMD ["/app/routes"]
