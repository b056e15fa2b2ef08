FROM debian:12
RUN if test -n "$D"; then dbg=1; else dbg=; fi && make $dbg
