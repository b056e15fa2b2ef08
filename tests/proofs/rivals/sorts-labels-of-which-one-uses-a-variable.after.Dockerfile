FROM debian:12
ARG VERSION=1
LABEL team=web \
      version=$VERSION
