FROM debian:12
RUN useradd -u <<UID>> user
USER other
UID>>
RUN make
