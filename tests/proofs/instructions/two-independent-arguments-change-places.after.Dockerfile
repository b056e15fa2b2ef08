FROM debian:12
ARG B=2
ARG A=1
RUN make
