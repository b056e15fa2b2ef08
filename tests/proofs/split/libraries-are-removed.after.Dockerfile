FROM rust:1.80-bookworm AS build
WORKDIR /app
COPY Cargo.toml main.rs ./
RUN cargo build --release
RUN rm -rf /app/target && mkdir /runtime && ldd /app/target/release/app | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
COPY --from=build /runtime /
COPY --from=build /app/target/release/app /app/target/release/
WORKDIR /app
CMD ["./target/release/app"]
