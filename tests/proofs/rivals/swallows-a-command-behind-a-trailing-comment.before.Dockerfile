FROM debian:12
RUN echo one # the first
RUN echo two
