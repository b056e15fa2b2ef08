FROM gcc:12
WORKDIR /usr/src/greet
COPY . .
RUN ./configure --prefix=/opt/greet && make && make install
ENTRYPOINT ["/opt/greet/bin/greet"]
