FROM gcc:12
WORKDIR /usr/src/greet
COPY . .
RUN ./configure --with-locale && make && make install
ENTRYPOINT ["greet"]
