FROM debian:12
RUN set -e; test -e /a || exit 0; touch /b
RUN set -e; touch /c; touch /d
