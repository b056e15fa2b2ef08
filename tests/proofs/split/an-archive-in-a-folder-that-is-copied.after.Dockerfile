FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev make zlib1g-dev && rm -rf /var/lib/apt/lists/*
ADD tool-1.0.tar.gz /usr/src/
COPY . /opt/tool
WORKDIR /usr/src/tool-1.0
RUN make && make install

FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends zlib1g && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/bin/tool /usr/local/bin/
WORKDIR /usr/src/tool-1.0
CMD ["tool"]
