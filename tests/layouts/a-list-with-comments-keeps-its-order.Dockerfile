FROM debian:12
RUN apt-get update && apt-get install -y \
      zlib1g-dev \
      # compiler
      gcc \
   # editor
      vim ed \
      && rm -rf /var/lib/apt/lists/*
