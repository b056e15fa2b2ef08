FROM debian:12
SHELL ["/bin/sh", "-ec"]
RUN set -e; (echo x >> f); ({ last() { echo "$_"; }; last && true; })
