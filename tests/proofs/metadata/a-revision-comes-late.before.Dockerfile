FROM debian:bookworm-slim
ARG GIT_SHA
RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
LABEL revision=$GIT_SHA
