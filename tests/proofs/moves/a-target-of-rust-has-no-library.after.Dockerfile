FROM rust:1
WORKDIR /app
COPY Cargo.toml ./
RUN mkdir src && echo 'fn main() {}' > src/main.rs && cargo build --release --target thumbv7em-none-eabi && cargo clean --release --target thumbv7em-none-eabi -p shop && rm -r src
COPY . .
RUN cargo build --release --target thumbv7em-none-eabi
