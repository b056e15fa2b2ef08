FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends groff && rm -rf /var/lib/apt/lists/*
CMD ["groff", "-Tps", "/paper.ms"]
