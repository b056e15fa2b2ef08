FROM alpine:3.20
RUN set -eux; { echo a; echo b; } > /etc/settings/x; true
