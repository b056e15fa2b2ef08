FROM gcc:12
RUN apt-get update && apt-get install -y zlib1g-dev
COPY . /usr/src/tool
WORKDIR /usr/src/tool
RUN export PREFIX=/opt/tool && make && make install
CMD ["/usr/local/bin/tool"]
