FROM debian:12
RUN (echo one && set -o pipefail; V=1); (echo two)
