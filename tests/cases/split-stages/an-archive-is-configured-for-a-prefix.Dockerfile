FROM gcc:12
ADD greet-2.1.tar.gz /usr/src
WORKDIR /usr/src/greet-2.1
RUN ./configure --prefix=/opt/greet
RUN make && make install
ENTRYPOINT ["/opt/greet/bin/greet"]
