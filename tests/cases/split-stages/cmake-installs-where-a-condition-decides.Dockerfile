FROM gcc:13
RUN apt-get update && apt-get install -y cmake
COPY . /src
WORKDIR /src/build
RUN cmake -DCMAKE_BUILD_TYPE=Release .. && make && make install
CMD ["srv"]
