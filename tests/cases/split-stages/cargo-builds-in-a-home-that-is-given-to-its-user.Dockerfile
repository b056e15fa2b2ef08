FROM rust:1.80-bookworm
RUN useradd -m app
WORKDIR /home/app
COPY . .
RUN cargo build --release && cp target/release/app /usr/local/bin/app && chown -R app:app /home/app
USER app
CMD ["app"]
