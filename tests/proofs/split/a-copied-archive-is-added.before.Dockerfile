FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev make zlib1g-dev && rm -rf /var/lib/apt/lists/*
COPY tool-1.0.tar.gz /usr/src/
WORKDIR /usr/src/tool-1.0
RUN make && make install
CMD ["tool"]
