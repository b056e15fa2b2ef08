FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev make zlib1g-dev && rm -rf /var/lib/apt/lists/*
COPY . /usr/src/tool
WORKDIR /usr/src/tool
RUN rm words.txt
RUN make && make install
CMD ["tool", "words.txt"]
