FROM rust:1
WORKDIR /app
ENV RUSTFLAGS="-D warnings"
COPY Cargo.toml Cargo.lock ./
RUN mkdir src && echo 'fn main() {}' > src/main.rs && touch src/lib.rs && cargo build --release && cargo clean --release -p shop && rm -r src
COPY . .
RUN cargo build --release
