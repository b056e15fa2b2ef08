FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y tool=$VERSION
ARG VERSION
