FROM debian:12
LABEL maintainer=""
RUN make
