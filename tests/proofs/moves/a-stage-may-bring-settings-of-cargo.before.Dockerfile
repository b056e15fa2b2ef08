FROM alpine AS set
RUN mkdir /set

FROM rust:1
WORKDIR /app
COPY --from=set /set /usr/local/cargo
COPY . .
RUN cargo build --release
