FROM debian:bookworm-slim
ARG GIT_SHA
RUN apt-get update
