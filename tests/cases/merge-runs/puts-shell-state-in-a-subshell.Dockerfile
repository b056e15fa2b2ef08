FROM debian:12
RUN FOO=1; echo $FOO > /a
RUN umask 077; touch /b
RUN . /etc/profile; env > /c
RUN set -x; touch /d
RUN echo ${FOO-unset} > /e
