FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev make zlib1g-dev && rm -rf /var/lib/apt/lists/*
COPY tool-1.0.tar.gz /tmp/
RUN mkdir /usr/src/tool && tar xzf /tmp/tool-1.0.tar.gz --strip-components=1 -C /usr/src/tool
WORKDIR /usr/src/tool
RUN make && make install
CMD ["tool"]
