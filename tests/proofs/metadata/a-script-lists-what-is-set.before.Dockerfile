FROM debian:bookworm-slim
ARG VERSION
RUN env
