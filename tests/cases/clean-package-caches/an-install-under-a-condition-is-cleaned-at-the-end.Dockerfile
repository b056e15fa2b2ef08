FROM debian:12
ARG WITH_CURL
RUN if [ -n "$WITH_CURL" ]; then \
        apt-get update && apt-get install -y curl; \
    fi
