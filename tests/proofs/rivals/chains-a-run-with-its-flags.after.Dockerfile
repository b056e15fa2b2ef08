FROM debian:12
RUN --network=none make && --mount=type=cache,target=/c make install
