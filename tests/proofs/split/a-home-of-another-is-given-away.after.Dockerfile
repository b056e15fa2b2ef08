FROM rust:1.80-bookworm AS build
RUN useradd -m app && useradd -m web
WORKDIR /home/app
COPY . .
RUN cargo build --release && cp target/release/app /usr/local/bin/app && chown -R web:web /home/app \
    && rm -rf /usr/local/cargo/registry

FROM debian:bookworm-slim
RUN useradd -m app && useradd -m web
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /usr/local/bin/app /usr/local/bin/
COPY --from=build --chown=web:web /home/app/words /home/app/words
WORKDIR /home/app
USER web
CMD ["app"]
