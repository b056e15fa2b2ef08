FROM debian:12
RUN echo one # the first \
 && echo two
