FROM debian:12
RUN a # note
RUN b
