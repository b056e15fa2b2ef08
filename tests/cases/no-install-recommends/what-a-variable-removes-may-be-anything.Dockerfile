FROM debian:12
RUN apt-get install -y --no-install-recommends ca-certificates gcc
RUN apt-get purge -y $TOOLS
RUN apt-get install -y wget
