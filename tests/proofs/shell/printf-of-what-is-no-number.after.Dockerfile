FROM debian:12
RUN printf "%d\n" $COUNT; make
