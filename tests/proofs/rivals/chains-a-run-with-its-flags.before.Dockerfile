FROM debian:12
RUN --network=none make
RUN --mount=type=cache,target=/c make install
