FROM debian:testing
RUN apt-get update && apt-get install -y python3 python3-pip
RUN pip install --break-system-packages flask
