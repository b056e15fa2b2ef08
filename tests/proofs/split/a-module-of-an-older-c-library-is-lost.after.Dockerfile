FROM rust:1.60-bullseye AS build
WORKDIR /srv
COPY . .
RUN cargo build --release --locked
RUN mkdir /runtime && ldd /srv/target/release/asks | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
COPY --from=build /runtime /
COPY --from=build /srv/target/release/asks /srv/target/release/
WORKDIR /srv
CMD ["./target/release/asks"]
