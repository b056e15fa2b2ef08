FROM rust:1.40
WORKDIR /app
COPY Cargo.toml main.rs ./
RUN cargo build --release
CMD ./target/release/app
