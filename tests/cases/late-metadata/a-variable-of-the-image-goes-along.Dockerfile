FROM debian:bookworm-slim
ARG VERSION
ENV APP_VERSION=$VERSION
RUN apt-get update && apt-get install -y curl
USER nobody
