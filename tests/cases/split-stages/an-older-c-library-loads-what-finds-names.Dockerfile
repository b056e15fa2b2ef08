FROM rust:1.60-bullseye
WORKDIR /srv
COPY . .
RUN cargo build --release --locked
CMD ["./target/release/asks"]
