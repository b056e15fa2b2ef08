FROM debian:12
RUN apt-get update && apt-get install -y a && rm -rf /var/lib/apt/lists/*
RUN apt-get update && apt-get install -y b && rm -rf /tmp/* /var/lib/apt/lists
RUN apt-get update && apt-get install -y c; find /var/lib/apt/lists -type f -delete
RUN apt-get update && apt-get install -y d && apt-get distclean
SHELL ["/bin/bash", "-c"]
RUN apt-get update && apt-get install -y e && rm -rf /var/lib/{apt,dpkg,cache,log}/
