FROM debian:12
RUN apt-get update && apt-get install -y python3-pip
RUN pip3 install --break-system-packages flask
CMD ["flask", "run"]
