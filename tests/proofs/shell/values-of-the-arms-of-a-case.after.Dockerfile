FROM debian:12
RUN case "$P" in a) X=9 ;; b) X=2 ;; esac; curl -O https://example.org/$X
