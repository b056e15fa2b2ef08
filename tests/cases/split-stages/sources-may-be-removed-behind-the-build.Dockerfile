FROM debian:bookworm
RUN apt-get update && apt-get install -y gcc libc6-dev
COPY . /tmp/calc
RUN gcc -o /usr/local/bin/calc /tmp/calc/calc.c && calc --version
RUN test -f /tmp/keep || rm -rf /tmp/calc
CMD ["calc"]
