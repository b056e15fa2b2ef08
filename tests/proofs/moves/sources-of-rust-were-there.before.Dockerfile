FROM rust:1
WORKDIR /app
RUN cargo init --name shop
COPY . .
RUN cargo build --release
