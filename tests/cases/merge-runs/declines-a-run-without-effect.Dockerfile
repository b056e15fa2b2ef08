FROM debian:12
RUN export A=1
RUN touch /a
RUN cd /src
RUN make
