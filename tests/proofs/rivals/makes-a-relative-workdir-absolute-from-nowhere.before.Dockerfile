FROM debian:12
WORKDIR app
COPY a b
