FROM debian:12
RUN touch /a # and then \
    && touch /b
RUN touch /c
