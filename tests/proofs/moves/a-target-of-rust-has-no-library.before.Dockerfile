FROM rust:1
WORKDIR /app
COPY . .
RUN cargo build --release --target thumbv7em-none-eabi
