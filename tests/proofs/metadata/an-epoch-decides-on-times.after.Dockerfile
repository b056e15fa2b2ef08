FROM debian:bookworm-slim
RUN apt-get update
ARG SOURCE_DATE_EPOCH
