FROM debian:12
RUN apt-get install -y \
    # editor
    vim \
    # compiler
    gcc
