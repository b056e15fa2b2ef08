FROM debian:12
RUN apt-get update && apt-get install -y curl \
    # not needed any more
    && rm -rf /var/lib/apt/lists/*
