FROM debian:12
RUN pip3 --version && pip3 install -U pip
RUN pip3 install x
