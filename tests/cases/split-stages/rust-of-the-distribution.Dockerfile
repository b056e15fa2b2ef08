FROM ubuntu:24.04
RUN apt-get update && apt-get install -y --no-install-recommends cargo libssl-dev pkg-config ca-certificates
WORKDIR /src
COPY . .
RUN cargo install --path . --root /usr/local
CMD ["count", "words.txt"]
