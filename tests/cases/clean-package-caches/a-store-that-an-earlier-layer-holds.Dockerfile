FROM rust:1
WORKDIR /app
COPY Cargo.toml Cargo.lock ./
COPY src ./src
RUN cargo fetch
RUN cargo build --release
CMD ["./target/release/app"]
