FROM debian:bookworm
RUN apt-get update && apt-get install -y gcc libc6-dev
COPY pack.c /build/
RUN gcc -o /build/pack /build/pack.c
CMD ["sleep", "1"]
