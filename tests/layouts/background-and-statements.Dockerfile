FROM debian:12
RUN a & b ; c
RUN a;b; \
  c &  wait
RUN ! a && ! b || \
 c
