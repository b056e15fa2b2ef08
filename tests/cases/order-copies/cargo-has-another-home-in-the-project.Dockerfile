FROM rust:1
WORKDIR /app
ENV CARGO_HOME=/app/.cargo
COPY . .
RUN cargo build --release
