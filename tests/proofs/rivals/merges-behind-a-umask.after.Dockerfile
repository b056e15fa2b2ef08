FROM debian:12
RUN <<EOF
set -e
umask 077
touch /a
touch /b
touch /c
EOF
