FROM debian:12
RUN apt-get install -y --no-install-recommends nginx
RUN apt-get install --no-install-recommends -y lsof
RUN apt-get install -y jq
