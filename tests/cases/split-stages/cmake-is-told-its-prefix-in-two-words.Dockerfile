FROM gcc:13
RUN apt-get update && apt-get install -y cmake
COPY . /src
WORKDIR /src/build
RUN cmake -D CMAKE_INSTALL_PREFIX=/opt/srv .. && make && make install
CMD ["/opt/srv/bin/srv"]
