FROM debian:12
ENV B=$A
ENV A=1
RUN make
