FROM rust:1.80-bookworm
RUN useradd -m app && useradd web
WORKDIR /home/app
COPY . .
RUN cargo build --release && cp target/release/app /usr/local/bin/app && chown -R web:web /home/app
USER web
CMD ["app"]
