FROM debian:12
RUN a  && \
 # the end

RUN c
HEALTHCHECK --interval=5s \
 # a comment
 CMD  true
