FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev make zlib1g-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
RUN tar -zxvf tool-1.0.tar.gz && cd tool-1.0 && make && make install && cd / && rm -rf /build
WORKDIR /
CMD ["tool"]
