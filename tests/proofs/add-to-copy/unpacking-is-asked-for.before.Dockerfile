FROM debian:12
ADD --unpack=true . /app/
