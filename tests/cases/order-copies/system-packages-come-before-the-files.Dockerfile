FROM debian:12
WORKDIR /app

# The program.
COPY . .

# What it needs.
RUN apt-get update && \
    # for images
    apt-get install -y libpng16-16 && \
    rm -rf /var/lib/apt/lists/*

RUN make
