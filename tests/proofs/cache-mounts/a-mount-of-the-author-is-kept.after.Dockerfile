FROM debian:12
RUN --mount=type=cache,id=apt-dev,target=/var/cache/apt --mount=type=cache,target=/var/lib/apt/lists,sharing=locked apt-get update && apt-get install -y git
