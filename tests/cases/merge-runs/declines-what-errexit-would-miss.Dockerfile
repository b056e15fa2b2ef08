FROM debian:12
SHELL ["/bin/bash", "-ec"]
RUN for x in a b; do touch /$x; done
RUN touch /c
RUN true; if test -e /a; then touch /b; fi
RUN touch /d
