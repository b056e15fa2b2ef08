FROM ubuntu:22.04
RUN apt-get update && apt-get install -y build-essential libcap-dev
COPY . /build
RUN make -C /build
CMD /bin/true
