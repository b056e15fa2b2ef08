# syntax=docker/dockerfile:1
FROM debian:12
ADD <<EOF /a
text
EOF
