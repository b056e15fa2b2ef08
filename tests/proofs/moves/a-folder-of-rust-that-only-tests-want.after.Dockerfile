FROM rust:1
WORKDIR /app
COPY Cargo.toml Cargo.lock ./
COPY base/Cargo.toml ./base/
COPY mock/Cargo.toml ./mock/
RUN mkdir src base/src mock/src && echo 'fn main() {}' > src/main.rs && touch base/src/lib.rs mock/src/lib.rs && cargo build --release && cargo clean --release -p shop -p base -p mock && rm -r src base/src mock/src
COPY . .
RUN cargo build --release
