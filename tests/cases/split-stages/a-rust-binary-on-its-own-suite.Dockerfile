FROM rust:1.80-bookworm
WORKDIR /app
COPY Cargo.toml Cargo.lock ./
COPY src ./src
COPY assets ./assets
RUN cargo build --release && cp target/release/greeter /usr/local/bin/greeter
ENV ASSETS=/app/assets
CMD greeter
