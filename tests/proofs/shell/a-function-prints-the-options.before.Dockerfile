FROM debian:12
RUN ln -s data l
RUN options() { set -o | grep errexit; }; options
