FROM debian:12
RUN a \  
MAINTAINER somebody
