FROM rust:1-slim
WORKDIR /usr/src/app
COPY . .
RUN cargo install --locked --path .
CMD ["shop"]
