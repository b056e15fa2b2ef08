FROM debian:12
RUN if test -n "$D"; then dbg=; else dbg=1; fi && make $dbg
