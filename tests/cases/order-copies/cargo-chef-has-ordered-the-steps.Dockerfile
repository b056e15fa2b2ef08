FROM rust:1
WORKDIR /src
COPY recipe.json .
RUN cargo chef cook --release
COPY . .
RUN cargo build --release
