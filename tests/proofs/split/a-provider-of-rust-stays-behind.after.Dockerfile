FROM rust:1 AS build
RUN apt-get update && apt-get install -y pkg-config libssl-dev
WORKDIR /app
COPY . .
RUN cargo build --release
RUN cp target/release/app /usr/local/bin/app
RUN mkdir /runtime && ldd /usr/local/bin/app | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
COPY --from=build /runtime /
COPY --from=build /usr/local/bin/app /usr/local/bin/
WORKDIR /app
CMD ["app"]
