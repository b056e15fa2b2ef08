FROM debian:12
RUN useradd -u <<UID>> user
USER user
UID>>
RUN make
