FROM debian:12
ARG X=1
ARG X
RUN make $X
