FROM ubuntu:22.04
ENV PIP_NO_BINARY=:all:
RUN apt-get update && apt-get install -y python3-pip
RUN pip install PyYAML
