FROM rust:1
WORKDIR /app
COPY src/main.rs ./src/
COPY . .
RUN cargo build --release
