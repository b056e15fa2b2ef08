FROM debian:12
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN curl -s example.org | tar x
