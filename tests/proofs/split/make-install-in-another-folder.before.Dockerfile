FROM gcc:12
COPY . /usr/src/tool
WORKDIR /usr/src/tool
RUN make && make -C lib install
CMD ["/usr/local/bin/tool"]
