FROM ubuntu:22.04
RUN apt-get update && apt-get install -y python3-pip
COPY Makefile .
RUN pip3 install flask && make
