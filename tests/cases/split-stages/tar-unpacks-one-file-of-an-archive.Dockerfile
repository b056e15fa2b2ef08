FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev make zlib1g-dev && rm -rf /var/lib/apt/lists/*
COPY tool-1.0.tar.gz /tmp/
RUN tar xzf /tmp/tool-1.0.tar.gz -C /usr/src tool-1.0/main.c
WORKDIR /usr/src/tool-1.0
RUN make && make install
CMD ["tool"]
