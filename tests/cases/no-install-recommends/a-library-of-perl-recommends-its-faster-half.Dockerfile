FROM debian:12
RUN apt-get update && apt-get install -y perl libjson-perl && rm -rf /var/lib/apt/lists/*
COPY m.pl /opt/
CMD ["perl", "/opt/m.pl"]
