FROM rust:1
WORKDIR /app
COPY Cargo.toml Cargo.lock ./
COPY crates/base/Cargo.toml ./crates/base/
COPY crates/shop/Cargo.toml ./crates/shop/
COPY derive/Cargo.toml ./derive/
RUN mkdir crates/base/src crates/shop/src/bin crates/shop/src crates/shop/benches && echo 'fn main() {}' > crates/shop/src/main.rs && echo 'fn main() {}' > crates/shop/src/bin/stock.rs && touch crates/base/src/lib.rs crates/shop/benches/speed.rs derive/lib.rs && cargo build --release && cargo clean --release -p base -p shop -p derive && rm -r crates/base/src crates/shop/src crates/shop/benches derive/lib.rs
COPY . .
RUN cargo build --release
