FROM debian:bookworm-slim
ARG SOURCE_DATE_EPOCH
RUN apt-get update
