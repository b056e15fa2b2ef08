FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev postgresql-client && rm -rf /var/lib/apt/lists/*
COPY main.c /src/
RUN gcc -O2 -o /usr/local/bin/app /src/main.c
COPY run.sh /usr/local/bin/
CMD ["/usr/local/bin/run.sh"]
