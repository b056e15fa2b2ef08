FROM debian:12
ARG CACHE=/var/cache/apt
RUN --mount=type=cache,target=${CACHE} apt-get update && apt-get install -y git
