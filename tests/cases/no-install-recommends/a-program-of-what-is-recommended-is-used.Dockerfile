FROM debian:12
RUN apt-get update && apt-get install -y procps zip
RUN killall sleep || true
CMD ["unzip", "-l", "/data.zip"]
