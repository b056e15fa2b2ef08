FROM debian:12
RUN case "$P" in a) X=1 ;; b) X=2 ;; esac; curl -O https://example.org/$X
