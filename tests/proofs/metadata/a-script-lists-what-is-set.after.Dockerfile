FROM debian:bookworm-slim
RUN env
ARG VERSION
