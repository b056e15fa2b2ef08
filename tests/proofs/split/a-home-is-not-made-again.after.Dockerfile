FROM rust:1.80-bookworm AS build
RUN useradd -m app
WORKDIR /home/app
COPY . .
RUN cargo build --release && cp target/release/app /usr/local/bin/app && chown -R app:app /home/app

FROM debian:bookworm-slim
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /usr/local/bin/app /usr/local/bin/
COPY --from=build --chown=app:app /home/app/words /home/app/words
WORKDIR /home/app
USER app
CMD ["app"]
