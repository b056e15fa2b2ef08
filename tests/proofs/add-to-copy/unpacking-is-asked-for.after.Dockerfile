FROM debian:12
COPY --unpack=true . /app/
