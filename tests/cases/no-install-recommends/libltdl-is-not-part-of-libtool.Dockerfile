FROM debian:12
RUN apt-get update && apt-get install -y libtool libtool-bin
RUN make -C /src LIBS=-lltdl
