FROM ubuntu:22.04
RUN apt-get update && apt-get install -y make python3-pip
RUN pip3 install yamllint httpie
COPY check /usr/local/bin/
CMD ["/bin/bash"]
