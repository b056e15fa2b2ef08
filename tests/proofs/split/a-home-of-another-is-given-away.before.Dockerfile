FROM rust:1.80-bookworm
RUN useradd -m app && useradd -m web
WORKDIR /home/app
COPY . .
RUN cargo build --release && cp target/release/app /usr/local/bin/app && chown -R web:web /home/app \
    && rm -rf /usr/local/cargo/registry
USER web
CMD ["app"]
