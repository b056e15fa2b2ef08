FROM rust:1.80
WORKDIR /app
RUN apt-get update && apt-get install -y libssl-dev
COPY . .
RUN cargo build --release --locked
RUN cp target/release/server /usr/local/bin/ && cp target/release/tool /usr/local/bin/
CMD ["server"]
