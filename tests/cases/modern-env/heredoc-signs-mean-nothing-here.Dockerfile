FROM debian:12
ENV A <<EOF
ENV B <<EOF and more
