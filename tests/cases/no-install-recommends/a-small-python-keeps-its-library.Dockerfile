FROM debian:10
RUN apt-get update && apt-get install -y curl python-minimal tar
RUN apt-get install -y python2.7-minimal
RUN apt-get install -y python3.7-minimal
