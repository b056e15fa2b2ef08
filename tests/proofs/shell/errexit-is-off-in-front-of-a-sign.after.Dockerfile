FROM debian:12
RUN (set -e; a; b) && c
