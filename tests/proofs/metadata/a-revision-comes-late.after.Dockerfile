FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
ARG GIT_SHA
LABEL revision=$GIT_SHA
