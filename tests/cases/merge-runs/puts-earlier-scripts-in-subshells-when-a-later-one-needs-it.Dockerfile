FROM debian:12
RUN cd foo && touch a
RUN cd /x && touch b
RUN touch c
