FROM rust:1
ENV CARGO_TARGET_DIR=/out
WORKDIR /app
COPY . .
RUN cargo build --release && cp /out/release/shop /usr/bin/ && rm -r /out
