FROM debian:12
RUN daemon &
RUN use
