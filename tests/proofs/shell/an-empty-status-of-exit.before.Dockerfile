FROM debian:12
RUN for i in 1 2; do make && s=0 && break || s=$?; done; (exit $s) && echo ok
