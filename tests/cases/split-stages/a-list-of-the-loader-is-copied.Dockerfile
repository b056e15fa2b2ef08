FROM gcc:12
WORKDIR /src
COPY . .
COPY hello.conf /etc/ld.so.conf.d/
RUN make && make install && ldconfig
CMD ["greet"]
