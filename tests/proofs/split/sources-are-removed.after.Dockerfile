FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y gcc libc6-dev
COPY . /tmp/calc
RUN gcc -o /usr/local/bin/calc /tmp/calc/calc.c && calc --version
RUN rm -rf /tmp/calc

FROM debian:bookworm
COPY --from=build /usr/local/bin/calc /usr/local/bin/
CMD ["calc"]
