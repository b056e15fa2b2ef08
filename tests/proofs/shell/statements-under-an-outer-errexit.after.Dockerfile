FROM debian:12
RUN set -e; (set +e; a; b); (set +e; c || d)
