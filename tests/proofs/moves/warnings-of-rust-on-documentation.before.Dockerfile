FROM rust:1
WORKDIR /app
ENV RUSTFLAGS="-W missing_docs -D warnings"
COPY . .
RUN cargo build --release
