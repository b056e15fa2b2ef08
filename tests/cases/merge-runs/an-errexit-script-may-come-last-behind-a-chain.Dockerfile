FROM debian:12
RUN apt-get update
RUN set -e; touch /a; touch /b
