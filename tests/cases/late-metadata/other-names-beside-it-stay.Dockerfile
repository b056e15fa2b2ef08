FROM debian:bookworm-slim
ENV VERSION=1.0 PATH=/opt/bin:$PATH
RUN apt-get update && apt-get install -y curl
