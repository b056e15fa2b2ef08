FROM rust:1
COPY . .
RUN cargo build --release
CMD ["./target/release/words"]
