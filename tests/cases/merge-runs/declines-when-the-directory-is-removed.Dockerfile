FROM debian:12
WORKDIR /tmp/build
RUN make && rm -rf /tmp/build
RUN touch done
