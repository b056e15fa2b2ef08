FROM rust:1
WORKDIR /app
COPY Cargo.toml Cargo.lock ./
COPY memchr/Cargo.toml ./memchr/
RUN mkdir src memchr/src && echo 'fn main() {}' > src/main.rs && touch memchr/src/lib.rs && cargo build --release && cargo clean --release -p shop -p memchr && rm -r src memchr/src
COPY . .
RUN cargo build --release
