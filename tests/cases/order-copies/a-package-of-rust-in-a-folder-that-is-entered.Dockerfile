FROM rust:1
WORKDIR /app
COPY . .
RUN cd shop && cargo build --release
