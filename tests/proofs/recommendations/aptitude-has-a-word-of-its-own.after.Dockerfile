FROM debian:12
RUN aptitude update && aptitude install --without-recommends -y git
