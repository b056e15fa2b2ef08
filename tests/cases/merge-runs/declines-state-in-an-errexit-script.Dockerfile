FROM debian:12
RUN set -eu; cd /src; make
RUN set -eu; ls; touch /a
