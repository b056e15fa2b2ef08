FROM python:3.12
RUN  apt-get update -qq &&  \
apt-get install -q -y \
    libvirt-dev && \
make && \
apt-get clean  && \
rm -rf /var/lib/apt/lists/* /tmp/* /var/tmp/*
