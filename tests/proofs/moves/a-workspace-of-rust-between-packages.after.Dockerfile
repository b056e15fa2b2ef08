FROM rust:1
WORKDIR /app
COPY Cargo.toml Cargo.lock ./
COPY libs/base/Cargo.toml ./libs/base/
RUN mkdir src libs/base/src && echo 'fn main() {}' > src/main.rs && touch libs/base/src/lib.rs && cargo build --release && cargo clean --release -p shop -p base && rm -r src libs/base/src
COPY . .
RUN cargo build --release
