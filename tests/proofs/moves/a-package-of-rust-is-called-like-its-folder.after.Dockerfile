FROM rust:1
WORKDIR /app
COPY Cargo.toml Cargo.lock ./
COPY crates/app/Cargo.toml ./crates/app/
COPY crates/base/Cargo.toml ./crates/base/
RUN mkdir crates/app/src crates/base/src && echo 'fn main() {}' > crates/app/src/main.rs && touch crates/base/src/lib.rs && cargo build --release && cargo clean --release -p app -p base && rm -r crates/app/src crates/base/src
COPY . .
RUN cargo build --release
