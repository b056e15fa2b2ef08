FROM rust:1-bookworm
WORKDIR /src
COPY . .
RUN ./build.sh
CMD ["./target/release/app"]
