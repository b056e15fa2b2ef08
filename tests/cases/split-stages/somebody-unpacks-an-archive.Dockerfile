FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev make zlib1g-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY tool-1.0.tar.gz .
USER nobody
RUN tar xzf tool-1.0.tar.gz -C /tmp
USER root
RUN cd /tmp/tool-1.0 && make && make install
CMD ["tool"]
