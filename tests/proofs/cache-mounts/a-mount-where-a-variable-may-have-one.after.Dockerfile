FROM debian:12
ARG CACHE
RUN --mount=type=cache,target=$CACHE --mount=type=cache,target=/var/lib/apt/lists,sharing=locked apt-get update && apt-get install -y git
