FROM debian:12
RUN cd /src && make
RUN ls > list
