FROM rust:1.80 AS build
WORKDIR /app
COPY . .
RUN cargo build --release
RUN mkdir /runtime && ldd /app/target/release/scan | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
COPY --from=build /runtime /
COPY --from=build /app/target/release/scan /app/target/release/
WORKDIR /app
CMD ["./target/release/scan"]
