FROM rust:1
WORKDIR /app
COPY . .
RUN cargo build --release && cp target/release/shop /usr/local/bin/ && rm -rf target
CMD ["shop"]
