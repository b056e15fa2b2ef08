FROM debian:12
SHELL ["/bin/sh", "-ec"]
RUN echo x >> f
RUN { last() { echo "$_"; }; last && true; }
