FROM debian:12
RUN test -e /a || touch /a
RUN test -e /b || touch /b
RUN touch /c; touch /d
RUN touch /e;
