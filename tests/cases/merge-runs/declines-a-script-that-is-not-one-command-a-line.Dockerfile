FROM debian:12
RUN touch /a
RUN test -e /a || touch /b
