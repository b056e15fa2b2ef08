FROM debian:12
RUN apt-get update && apt-get install -y build-essential python3-dev python3-pip python3-setuptools
