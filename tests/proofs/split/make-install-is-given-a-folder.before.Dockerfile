FROM gcc:12
COPY . /usr/src/tool
WORKDIR /usr/src/tool
RUN make && make install PREFIX=/opt/tool
CMD ["/usr/local/bin/tool"]
