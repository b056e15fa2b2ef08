FROM debian:12
RUN --mount=type=cache,id=apt-dev,target=/var/cache/apt apt-get update && apt-get install -y git
