FROM debian:12 AS one
RUN make
