FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev make zlib1g-dev && rm -rf /var/lib/apt/lists/*
COPY src /usr/src/tool
COPY words.tar.gz /tmp/
RUN mkdir /opt/words && tar xzf /tmp/words.tar.gz -C /opt/words
RUN rm /tmp/words.tar.gz
WORKDIR /usr/src/tool
RUN make && make install
CMD ["tool", "/opt/words/a.txt"]
