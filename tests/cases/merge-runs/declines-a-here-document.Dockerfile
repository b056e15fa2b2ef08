# syntax=docker/dockerfile:1
FROM debian:12
RUN touch /a
RUN <<EOF
touch /b
EOF
RUN cat <<EOF > /c
x
EOF
RUN touch /d
