FROM rust:1
RUN apt-get update && apt-get install -y pkg-config libssl-dev
WORKDIR /app
COPY . .
RUN cargo build --release
RUN cp target/release/app /usr/local/bin/app
CMD ["app"]
