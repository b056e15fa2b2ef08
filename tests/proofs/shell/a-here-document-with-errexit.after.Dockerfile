FROM debian:12
RUN <<EOF
set -e
a
b
EOF
