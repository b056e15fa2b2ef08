FROM docker.io/library/rust:1.80-bookworm
WORKDIR /srv
COPY . .
RUN cargo build --release
CMD ./target/release/hello
