FROM debian:bookworm-slim
ARG VCS_REF
RUN apt-get update && apt-get install -y curl