FROM debian:12
RUN set -e; touch g; look() { V=$(test -f f; exec >log); }; look && true
