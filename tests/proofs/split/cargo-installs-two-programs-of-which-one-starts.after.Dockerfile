FROM rust:1.78-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo install --path .
RUN mkdir /runtime && ldd /usr/local/cargo/bin/app | grep -o '/[^ ]*' | xargs -I '{}' cp --parents '{}' /runtime

FROM gcr.io/distroless/static-debian12
ENV PATH=/usr/local/cargo/bin:$PATH
COPY --from=build /runtime /
COPY --from=build /usr/local/cargo/bin/app /usr/local/cargo/bin/
WORKDIR /src
CMD ["app"]
