FROM debian:12
ARG X=2
ARG X
RUN make $X
