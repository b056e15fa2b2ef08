FROM debian:12
RUN apt-get update \
    # the compiler
    && apt-get install -y gcc \
    # all of it
    # is built
    && make
RUN a \
    # pass it on
    | b
RUN x && # swallowed \
  y && \
      z
