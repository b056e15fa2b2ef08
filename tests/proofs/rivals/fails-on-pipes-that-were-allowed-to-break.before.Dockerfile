FROM debian:12
RUN curl -s example.org | tar x
