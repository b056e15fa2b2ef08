FROM debian:12
RUN make && \

# the rest
    make install
