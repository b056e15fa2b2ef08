FROM debian:buster
RUN apt-get update && apt-get install -y python-pip
RUN pip install junebug
ENTRYPOINT ["jb"]
