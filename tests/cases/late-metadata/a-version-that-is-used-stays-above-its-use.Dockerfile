FROM debian:bookworm-slim
ARG VERSION=1.0
RUN apt-get update && apt-get install -y curl
WORKDIR /opt
RUN curl -fsSLo tool https://example.com/$VERSION/tool
