FROM debian:12
RUN cd /src && make
RUN cd /doc && make
RUN cd / && rm -rf /src
