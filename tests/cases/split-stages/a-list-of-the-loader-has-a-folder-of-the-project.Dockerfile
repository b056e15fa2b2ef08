FROM gcc:12
WORKDIR /src
COPY . .
RUN make && make install && mkdir -p /opt/hello && cp libhello.so /opt/hello/ && echo /opt/hello > /etc/ld.so.conf.d/hello.conf && ldconfig
CMD ["greet"]
