FROM rust:1
WORKDIR /app
ENV RUSTFLAGS="-D warnings"
COPY . .
RUN cargo build --release
