FROM debian:12
RUN --mount=type=cache,dst=/var/cache --mount=type=cache,target=/var/lib/apt/lists,sharing=locked --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y git
