FROM rust:1
WORKDIR /src
COPY . .
RUN cargo build --release
RUN useradd app && chown -R app:app /src
USER app
CMD ["./target/release/hello"]
