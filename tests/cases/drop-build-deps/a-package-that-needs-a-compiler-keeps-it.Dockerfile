FROM debian:12
RUN apt-get update && apt-get install -y build-essential python3-pip && pip3 install uwsgi
CMD ["uwsgi"]
