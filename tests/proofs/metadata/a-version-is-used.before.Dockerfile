FROM debian:bookworm-slim
ARG VERSION
RUN apt-get update && apt-get install -y tool=$VERSION
