FROM rust:1.78-bookworm
WORKDIR /src
COPY . .
RUN cargo install --path .
CMD ["app"]
