FROM debian:bookworm-slim
ARG VERSION=1.0
RUN apt-get update && apt-get install -y curl
RUN curl -fsSLo /usr/local/bin/tool https://example.com/$VERSION/tool
