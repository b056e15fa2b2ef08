FROM debian:12
RUN set -e; (! until cd e; do false; break; done); cd d1
