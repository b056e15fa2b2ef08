FROM debian:12
RUN umask 077 && touch /a
RUN touch /b
RUN touch /c
