FROM debian:bookworm
RUN apt-get update && apt-get install -y rustc
WORKDIR /src
COPY count.rs .
RUN rustc -O count.rs
CMD ["./count"]
