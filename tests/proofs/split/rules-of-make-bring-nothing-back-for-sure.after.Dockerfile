FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev make zlib1g-dev && rm -rf /var/lib/apt/lists/*
COPY . /usr/src/tool
WORKDIR /usr/src/tool
RUN rm words.txt
RUN make && make install

FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends zlib1g && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/bin/tool /usr/local/bin/
COPY --from=build /usr/src/tool/words.txt /usr/src/tool/
WORKDIR /usr/src/tool
CMD ["tool", "words.txt"]
