FROM rust:1.80-bookworm
WORKDIR /app
COPY Cargo.toml main.rs ./
RUN cargo build --release
CMD ./target/release/app
