FROM rust:1
WORKDIR /app
ENV RUSTFLAGS="-C link-arg=-Tlink.x"
COPY . .
RUN cargo build --release
