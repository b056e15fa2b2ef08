FROM rust:1 AS build
WORKDIR /app
COPY . .
RUN cargo build --release
RUN mkdir /runtime && ldd /app/target/release/words | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
COPY --from=build /runtime /
COPY --from=build /app/target/release/words /app/target/release/
WORKDIR /app
CMD ["./target/release/words"]
