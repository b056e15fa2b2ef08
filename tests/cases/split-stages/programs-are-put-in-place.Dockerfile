FROM gcc:12
COPY src /build/src
COPY Makefile /build/
RUN cd /build && make all && cp bin/server bin/client /usr/local/bin/
COPY server.ini /etc/server.ini
CMD server -c /etc/server.ini
