FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev make zlib1g-dev && rm -rf /var/lib/apt/lists/*
COPY src /usr/src/tool
COPY words.tar.gz other.tar.gz /tmp/
RUN cp /tmp/other.tar.gz /tmp/words.tar.gz && mkdir /opt/words && tar xzf /tmp/words.tar.gz -C /opt/words
RUN rm /tmp/words.tar.gz /tmp/other.tar.gz
WORKDIR /usr/src/tool
RUN make && make install

FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends zlib1g && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/bin/tool /usr/local/bin/
COPY --from=build /opt/words /opt/words
WORKDIR /usr/src/tool
CMD ["tool", "/opt/words/a.txt"]
