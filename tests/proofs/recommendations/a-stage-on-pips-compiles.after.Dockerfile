FROM ubuntu:22.04 AS base
RUN apt-get update && apt-get install --no-install-recommends -y python3-pip
RUN pip3 install flask
FROM base
RUN pip3 install mysqlclient
