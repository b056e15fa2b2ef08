FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates gcc git libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY main.c entry.sh ./
RUN gcc -O2 -o /usr/local/bin/app main.c
ENTRYPOINT ["./entry.sh"]
CMD ["app"]
