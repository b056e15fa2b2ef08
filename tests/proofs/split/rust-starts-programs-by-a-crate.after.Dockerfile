FROM rust:1.75 AS build
WORKDIR /app
COPY . .
RUN cargo build --release
RUN mkdir /runtime && ldd /app/target/release/shop | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
COPY --from=build /runtime /
COPY --from=build /app/target/release/shop /app/target/release/
WORKDIR /app
CMD ["./target/release/shop"]
