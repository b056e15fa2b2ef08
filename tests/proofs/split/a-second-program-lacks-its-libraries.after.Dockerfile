FROM rust:1.80 AS build
WORKDIR /app
RUN apt-get update && apt-get install -y libssl-dev
COPY . .
RUN cargo build --release --locked
RUN cp target/release/server /usr/local/bin/ && cp target/release/tool /usr/local/bin/
RUN mkdir /runtime && ldd /usr/local/bin/server | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
COPY --from=build /runtime /
COPY --from=build /usr/local/bin/server /usr/local/bin/tool /usr/local/bin/
WORKDIR /app
CMD ["server"]
