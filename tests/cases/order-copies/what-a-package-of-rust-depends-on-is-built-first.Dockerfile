FROM rust:1.85 AS build
WORKDIR /app
COPY . .
# The program.
RUN cargo build --release --locked --target x86_64-unknown-linux-musl && strip target/x86_64-unknown-linux-musl/release/shop

FROM scratch
COPY --from=build /app/target/x86_64-unknown-linux-musl/release/shop /shop
CMD ["/shop"]
