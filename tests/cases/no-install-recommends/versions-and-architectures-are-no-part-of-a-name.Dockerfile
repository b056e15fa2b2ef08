FROM debian:12
ARG V=1.22
RUN apt-get install -y nginx=${V} jq/bookworm zlib1g:amd64
