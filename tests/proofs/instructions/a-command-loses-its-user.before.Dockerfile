FROM debian:12
RUN a
USER app
RUN b
