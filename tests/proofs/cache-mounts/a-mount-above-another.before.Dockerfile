FROM debian:12
RUN --mount=type=cache,dst=/var/cache apt-get update && apt-get install -y git
