FROM debian:12
RUN echo one && set -o pipefail; V=1
RUN echo two
